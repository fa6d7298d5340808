// The menu: one line a topic, open ones to press, closed ones with their next hour.
import { dayAndTime } from '../../i18n/time';
import { useStore } from '../../store/store';
import { Ruby } from '../../ui/text';
import { useTools } from '../context';
import type { Topic } from '../menu';
import { Heading, Say } from './parts';

export function Topics({ focus }: { focus: boolean }) {
  const { front } = useTools();
  const menu = useStore(front.state, state => state.menu);
  const failed = useStore(front.state, state => state.menuFailed);
  const problem = useStore(front.state, state => state.problem);
  const topics = menu?.topics ?? [];
  return (
    <>
      <Heading focus={focus}>
        <Say words="topicsTitle" />
      </Heading>
      {problem && (
        <p class="care" role="alert">
          <Say words={problem} />
        </p>
      )}
      {topics.some(topic => topic.open) && (
        <p>
          <Say words="topicsLead" />
        </p>
      )}
      {menu && topics.length === 0 && (
        <p>
          <Say words="noTopics" />
        </p>
      )}
      {topics.length > 0 && topics.every(topic => !topic.open) && (
        <p>
          <Say words="nothingOpen" />
        </p>
      )}
      {failed && (
        <div class="stack" role="alert">
          <p>
            <Say words="menuFailed" />
          </p>
          <button type="button" class="button" onClick={() => void front.loadMenu()}>
            <Say words="tryAgain" />
          </button>
        </div>
      )}
      <ul class="topics">
        {topics.map(topic => (
          <li key={topic.id}>
            <TopicLine topic={topic} />
          </li>
        ))}
      </ul>
    </>
  );
}

function TopicLine({ topic }: { topic: Topic }) {
  const { front } = useTools();
  const inside = (
    <>
      <strong>{topic.name}</strong>
      {topic.description && <span class="about">{topic.description}</span>}
      <span class="hours">
        <span>
          <Hours topic={topic} />
        </span>
        {topic.note && <span class="reason">{topic.note}</span>}
      </span>
    </>
  );
  if (!topic.open) return <div class="topic closed">{inside}</div>;
  return (
    <button type="button" class="topic" onClick={() => front.choose(topic.id)}>
      {inside}
    </button>
  );
}

function Hours({ topic }: { topic: Topic }) {
  const { marked, language } = useTools();
  if (topic.open)
    return (
      <Ruby
        text={
          topic.closesAt === null
            ? marked('open')
            : marked('openUntil', { time: dayAndTime(topic.closesAt, language) })
        }
      />
    );
  return (
    <Ruby
      text={
        topic.opensAt === null
          ? marked('closed')
          : marked('closedUntil', { time: dayAndTime(topic.opensAt, language) })
      }
    />
  );
}
