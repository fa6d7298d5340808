// The whole page of a help-seeker: one thing at a time, between a head and a foot that never change place.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useStore } from '../../store/store';
import { type Tools, ToolsContext } from '../context';
import { Footer, Header } from './frame';
import { Heading, Say } from './parts';
import { Topics } from './topics';

export function App({ tools }: { tools: Tools }) {
  const { state } = tools.front;
  const Stages = useStore(state, value => value.parts)?.Stages;
  const visit = useStore(state, value => value.visit);
  const entering = useStore(state, value => value.entering);
  const talking = useStore(state, value => value.phones === 'closed');
  const begun = useRef(false);
  begun.current ||= visit !== null;

  useLayoutEffect(() => {
    document.documentElement.dataset.view = talking ? 'talking' : 'flow';
  }, [talking]);

  return (
    <ToolsContext.Provider value={tools}>
      <Header />
      <main id="main" class="stage">
        {visit && Stages ? <Stages /> : entering ? <Entering /> : <Topics focus={begun.current} />}
      </main>
      <Footer />
    </ToolsContext.Provider>
  );
}

function Entering() {
  return (
    <Heading>
      <Say words="connecting" />
    </Heading>
  );
}
