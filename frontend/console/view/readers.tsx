// Who can see this conversation, and why? Each right by name, with purpose, granter and end.
import { useState } from 'preact/hooks';
import { clockTime, longDay } from '../../i18n/time';
import type { Reader } from '../desk/answers';
import type { Talk } from '../desk/state';
import { wordFor } from '../words/say';
import { Icon } from './icon';
import { showToast, useOffice } from './office';

export function Readers({ talk, readers }: { talk: Talk; readers: readonly Reader[] }) {
  const { say } = useOffice();
  return (
    <>
      <h3>{say('whoCanSee')}</h3>
      <ul class="people readers">
        {readers.map(reader => (
          <ReaderRow key={`${reader.kind}/${reader.name}/${reader.grant}`} talk={talk} reader={reader} />
        ))}
      </ul>
      <p class="quiet">
        <Icon name="lock" /> {say('whoCanSeeNobodyElse')}
      </p>
    </>
  );
}

function ReaderRow({ talk, reader }: { talk: Talk; reader: Reader }) {
  const { say, language } = useOffice();
  const until =
    reader.until === null
      ? ''
      : say('until', { time: `${longDay(reader.until, language)} ${clockTime(reader.until, language)}` });
  const facts = [
    reader.organisation,
    reader.purpose,
    reader.grantedBy ? say('grantedBy', { name: reader.grantedBy }) : '',
    until,
  ];
  return (
    <li>
      <span class="strong">{reader.name}</span>
      <span class="tag">{wordFor(say, 'reader_', reader.kind, 'reader_other')}</span>
      <span class="quiet">{facts.filter(Boolean).join(' · ')}</span>
      {reader.mayEnd && reader.grant !== null && (
        <EndGrant talk={talk} grant={reader.grant} name={reader.name} />
      )}
    </li>
  );
}

/** Asked twice: whoever reads loses it at that moment. */
function EndGrant({ talk, grant, name }: { talk: Talk; grant: number; name: string }) {
  const office = useOffice();
  const { desk, say } = office;
  const [asking, setAsking] = useState(false);
  const end = async () => {
    const outcome = await desk.transfers.endGrant(talk.id, grant);
    if (!outcome.ok) {
      const why = wordFor(say, 'error_', outcome.code, 'error_other');
      showToast(office, `${say('endGrantFailed')}（${why}）`, 'bad');
      return;
    }
    office.announce(say('endGrantDone', { name }));
    await desk.loadDetails(talk.id);
  };
  return (
    <button
      type="button"
      class="button small"
      aria-label={say(asking ? 'endGrantSure' : 'endGrant', { name })}
      onBlur={() => setAsking(false)}
      onClick={() => (asking ? void end() : setAsking(true))}
    >
      {say(asking ? 'endGrantSure' : 'endGrant', { name })}
    </button>
  );
}
