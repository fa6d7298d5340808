// One row of the conversation: a day, somebody who came or went or is thinking, a message, or one that is still on its way.
import { useState } from 'preact/hooks';
import { clockTime, longDay } from '../../i18n/time';
import type { Participant } from '../../protocol/frames';
import type { OutboxItem } from '../../socket/outbox';
import { copyText } from '../../ui/copy';
import { Linked, Ruby } from '../../ui/text';
import { useTools, useVisit } from '../context';
import type { Row } from '../rows';
import { useName } from './names';
import { Say } from './parts';

export function RowView({ row, people }: { row: Row; people: readonly Participant[] }) {
  const { language, marked } = useTools();
  const name = useName(people);
  switch (row.kind) {
    case 'day':
      return <li class="day">{longDay(row.at, language)}</li>;
    case 'joined':
      return (
        <li class="line">
          <Ruby text={marked('joined', { name: name(row.person.id, row.person) })} />
        </li>
      );
    case 'left':
      return (
        <li class="line">
          <Say words={row.transferred ? 'leftTransferred' : row.gone ? 'leftGone' : 'leftBy'} />
        </li>
      );
    case 'moment':
      return (
        <li class="line">
          <Say words="moment" />
        </li>
      );
    case 'message':
      return <Message row={row} who={name(row.from)} />;
    case 'pending':
      return <Pending item={row.item} />;
  }
}

function Message({ row, who }: { row: Extract<Row, { kind: 'message' }>; who: string }) {
  const { say, language } = useTools();
  return (
    <li class={`message ${row.own ? 'own' : 'other'} ${row.first ? 'first' : ''}`}>
      {row.own ? (
        <span class="unseen">{say('you')}</span>
      ) : (
        <span class={row.first ? 'who' : 'unseen'}>{who}</span>
      )}
      <p class="bubble">
        <Linked text={row.body} />
      </p>
      <span class="when">
        <time>{clockTime(row.at, language)}</time>
        {row.mark && (
          <>
            {' '}
            <Say words={row.mark} />
          </>
        )}
      </span>
    </li>
  );
}

function Pending({ item }: { item: OutboxItem }) {
  const { say } = useTools();
  const visit = useVisit();
  const [copied, setCopied] = useState(false);
  const outbox = visit.state.get().line?.outbox;
  return (
    <li class={`message own ${item.state}`}>
      <span class="unseen">{say('you')}</span>
      <p class="bubble">
        <Linked text={item.body} />
      </p>
      {item.state === 'failed' ? (
        <div class="failure" role="alert">
          <span>
            <Say words={reasonOf(item.code)} />
          </span>
          <span class="row">
            <button type="button" class="button" onClick={() => outbox?.retry(item.cid)}>
              <Say words="retry" />
            </button>
            <button type="button" class="button" onClick={() => setCopied(copyText(item.body))}>
              <Say words={copied ? 'copied' : 'copy'} />
            </button>
            <button type="button" class="button" onClick={() => outbox?.remove(item.cid)}>
              <Say words="remove" />
            </button>
          </span>
        </div>
      ) : (
        <span class="when">
          <Say words={item.state} />
        </span>
      )}
    </li>
  );
}

function reasonOf(code: string | undefined): 'failed' | 'failedNoAnswer' | 'failedClosed' {
  if (code === 'no_answer') return 'failedNoAnswer';
  return code === 'conversation_closed' ? 'failedClosed' : 'failed';
}
