// The whole page of a help-seeker: one thing at a time, between a head and a foot that never change place.
import { useEffect, useRef, useState } from 'preact/hooks';
import { BEFORE, type LineState, talkView } from '../../socket/line-state';
import { type Readable, useStore } from '../../store/store';
import { type Tools, ToolsContext } from '../context';
import { Moved, Notice, Opening, Questions } from './before';
import { Footer, Header } from './frame';
import { Topics } from './topics';

const NO_LINE: Readable<LineState> = { get: () => BEFORE, subscribe: () => () => undefined };

export function App({ tools }: { tools: Tools }) {
  const stage = useStore(tools.session.state, state => state.stage);
  const line = useStore(tools.session.state, state => state.line);
  const inTalk = useStore(line?.state ?? NO_LINE, talkView);
  const Talk = useStore(tools.session.state, state => state.parts)?.Talk;
  const talking = stage === 'talk' && inTalk === 'talking';
  const waiting = stage === 'talk' && inTalk === 'waiting';
  const [begun, begin] = useState(false);
  const first = useRef(stage);

  useEffect(() => {
    if (stage !== first.current) begin(true);
  }, [stage]);

  useEffect(() => {
    document.documentElement.dataset.view = talking ? 'talking' : 'flow';
  }, [talking]);

  return (
    <ToolsContext.Provider value={tools}>
      <Header />
      <main id="main" class="stage">
        {stage === 'topics' && <Topics focus={begun} />}
        {stage === 'notice' && <Notice />}
        {stage === 'questions' && <Questions />}
        {stage === 'opening' && <Opening />}
        {stage === 'talk' && line && Talk && <Talk line={line} />}
        {stage === 'moved' && <Moved />}
      </main>
      <Footer phones={talking ? 'closed' : waiting ? 'none' : 'open'} />
    </ToolsContext.Provider>
  );
}
