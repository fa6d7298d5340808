// Which stage of a visit is on the screen?
import { useLayoutEffect } from 'preact/hooks';
import { BEFORE, type LineState, talkView } from '../../socket/line-state';
import { type Readable, useStore } from '../../store/store';
import { useTools, useVisit } from '../context';
import { Notice, Opening, Questions } from './before';
import { Moved } from './ended';
import { Talk } from './talk';

const NO_LINE: Readable<LineState> = { get: () => BEFORE, subscribe: () => () => undefined };

export function Stages() {
  const { front } = useTools();
  const visit = useVisit();
  const stage = useStore(visit.state, state => state.stage);
  const line = useStore(visit.state, state => state.line);
  const view = useStore(line?.state ?? NO_LINE, talkView);
  const shown = stage === 'talk' ? view : 'ended';

  useLayoutEffect(() => {
    front.state.patch({ phones: shown === 'talking' ? 'closed' : shown === 'waiting' ? 'none' : 'open' });
  }, [shown]);

  switch (stage) {
    case 'notice':
      return <Notice />;
    case 'questions':
      return <Questions />;
    case 'opening':
      return <Opening />;
    case 'moved':
      return <Moved />;
    case 'talk':
      return line && <Talk line={line} />;
  }
}
