// "I need a moment": one press tells the person who waits that the counsellor is thinking.
import { useState } from 'preact/hooks';
import type { Talk } from '../desk/state';
import { wordFor } from '../words/say';
import { Icon } from './icon';
import { showToast, useOffice } from './office';

export function AskMoment({ talk }: { talk: Talk }) {
  const office = useOffice();
  const { desk, say } = office;
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    if (asking) return;
    setAsking(true);
    const outcome = await desk.askForAMoment(talk.id);
    setAsking(false);
    if (outcome.ok) return showToast(office, say('momentTold'));
    if (outcome.code === 'rate_limited') return showToast(office, say('momentTooSoon'));
    const why = wordFor(say, 'error_', outcome.code, 'error_other');
    showToast(office, `${say('momentFailed')}（${why}）`, 'bad');
  };
  return (
    <button
      type="button"
      id="ask-moment"
      class="button small ask-moment"
      title={say('askMomentHint')}
      aria-disabled={asking}
      onClick={() => void ask()}
    >
      <Icon name="calm" />
      {say('askMoment')}
    </button>
  );
}
