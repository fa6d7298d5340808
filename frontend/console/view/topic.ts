// What is a topic called? The board knows only its id; the names are the menu's.
import { useStore } from '../../store/store';
import { useOffice } from './office';

export function useTopicName(): (id: string) => string {
  const { desk } = useOffice();
  const names = useStore(desk.store, state => state.topicNames);
  return id => names.get(id)?.name || id;
}
