// What is needed only once there is a conversation; downloaded while the notice is read, so that the menu comes sooner.
export { SeekerLine } from '../socket/seeker';
export { Talk } from './view/talk';
