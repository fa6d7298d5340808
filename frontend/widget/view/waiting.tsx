// The wait: the place, an honest range, what happens next, and the telephone lines in sight.
import type { LineState } from '../../socket/line-state';
import { useStore } from '../../store/store';
import { Ruby } from '../../ui/text';
import { useTools } from '../context';
import { phoneLines } from '../menu';
import { Heading, Phones, Say } from './parts';

export function Waiting({ state }: { state: LineState }) {
  const { marked } = useTools();
  const { queue } = state;
  return (
    <section class="waiting">
      <Heading>
        <Say words="waitingTitle" />
      </Heading>
      {queue && (
        <div role="status">
          <p class="place">
            <Ruby
              text={
                queue.position === 1 ? marked('placeNext') : marked('place', { position: queue.position })
              }
            />
          </p>
          <p>
            <Estimate queue={queue} />
          </p>
        </div>
      )}
      <Meanwhile about={state.topic} />
      <p>
        <Say words="waitingNext" />
      </p>
    </section>
  );
}

/** The telephone lines stay in sight of whoever waits. */
function Meanwhile({ about }: { about: string }) {
  const { front } = useTools();
  const menu = useStore(front.state, state => state.menu);
  const lines = phoneLines(menu, about);
  if (lines.length === 0) return null;
  return (
    <div class="meanwhile">
      <p>
        <Say words="phonesMeanwhile" />
      </p>
      <Phones lines={lines} />
    </div>
  );
}

function Estimate({ queue }: { queue: NonNullable<LineState['queue']> }) {
  const { marked } = useTools();
  const { estimate } = queue;
  if (!estimate) return <Say words="estimateUnknown" />;
  if (estimate.low <= 1) return <Ruby text={marked('estimateUpTo', { high: Math.max(estimate.high, 1) })} />;
  if (estimate.low === estimate.high) return <Ruby text={marked('estimateOne', { low: estimate.low })} />;
  return <Ruby text={marked('estimate', estimate)} />;
}
