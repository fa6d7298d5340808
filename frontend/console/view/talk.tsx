// The middle pane: one conversation, or why none is shown.
import { useStore } from '../../store/store';
import { summaryOf, type Talk } from '../desk/state';
import { wordFor } from '../words/say';
import { Composer } from './composer';
import { Icon } from './icon';
import { Log } from './log';
import { codeOf, useOffice } from './office';
import { LanguageTag, Wait } from './row';
import { Empty, Failed } from './states';
import { useTopicName } from './topic';
import { TransferBar } from './transfer';

interface TalkPaneProps {
  toList(): void;
  toContext(): void;
}

export function TalkPane({ toList, toContext }: TalkPaneProps) {
  const { desk, say } = useOffice();
  const talk = useStore(desk.store, ({ selected, talks }) =>
    selected === null ? null : (talks.get(selected) ?? null),
  );
  return (
    <section class="pane talk" id="talk" tabIndex={-1} aria-label={say('log')}>
      {talk === null ? (
        <Empty title={say('noneSelected')} hint={say('noneSelectedHint')} />
      ) : (
        <OneTalk key={talk.id} talk={talk} toList={toList} toContext={toContext} />
      )}
    </section>
  );
}

function OneTalk({ talk, toList, toContext }: TalkPaneProps & { talk: Talk }) {
  const { desk, say } = useOffice();
  const topic = useStore(desk.store, state => summaryOf(state, talk.id)?.topic ?? '');
  const status = useStore(desk.store, state => summaryOf(state, talk.id)?.status ?? '');
  const language = useStore(desk.store, state => summaryOf(state, talk.id)?.language ?? 'ja');
  const mine = useStore(desk.store, state => state.board?.mine.find(row => row.conversation === talk.id));
  const nameOf = useTopicName();
  const lang = language === 'en' ? 'en' : 'ja';
  const seekerLeft =
    !talk.look &&
    talk.status !== 'closed' &&
    talk.entries.some(e => e.kind === 'left' && e.role === 'seeker');
  const lost = talk.details.at === 'failed' && talk.entries.length === 0 && !talk.revoked;
  return (
    <>
      <header class="talk-head">
        <button
          type="button"
          class="button bare icon-button only-narrow"
          onClick={toList}
          aria-label={say('back')}
        >
          <Icon name="back" />
        </button>
        <h2 class="talk-title">
          <span class="talk-topic">{nameOf(topic) || say('log')}</span>
          <span class="row-code">{say('code', { code: codeOf(talk.id) })}</span>
        </h2>
        <p class="talk-tags">
          <LanguageTag language={language} />
          {status && <span class="tag">{wordFor(say, 'status_', status, 'system')}</span>}
          {mine && status !== 'closed' && <Wait words={mine} />}
        </p>
        <button
          type="button"
          class="button bare icon-button to-context"
          onClick={toContext}
          aria-label={say('openContext')}
        >
          <Icon name="panel" />
        </button>
      </header>
      {talk.look && !talk.revoked && (
        <div class="look-banner" role="note">
          <Icon name="eye" />
          <p>
            <strong>{say('looking')}</strong> <span>{say('lookingHint')}</span>
          </p>
          <button type="button" class="button small" onClick={() => desk.stopLooking(talk.id)}>
            {say('stopLooking')}
          </button>
        </div>
      )}
      {mine && <TransferBar talk={talk} />}
      {talk.revoked ? (
        <Revoked talk={talk} />
      ) : (
        <>
          {lost && (
            <Failed
              text={say(
                talk.details.at === 'failed' && talk.details.code === 'not_found'
                  ? 'talkNotFound'
                  : 'talkFailed',
              )}
              again={() => void desk.loadDetails(talk.id)}
            />
          )}
          <Log talk={talk} language={lang} topicName={nameOf(topic)} />
          {seekerLeft && (
            <p class="seeker-gone" role="note">
              <Icon name="warning" /> {say('seekerGone')}
            </p>
          )}
          {!talk.look && <Composer talk={talk} language={lang} />}
        </>
      )}
    </>
  );
}

function Revoked({ talk }: { talk: Talk }) {
  const { desk, say } = useOffice();
  const signedOut = talk.revoked === 'not_signed_in';
  return (
    <div class="revoked" role="alert">
      <Icon name="lock" />
      <p class="strong">{say(signedOut ? 'signedOutTitle' : 'revokedTitle')}</p>
      <p>{say(signedOut ? 'signedOutHint' : 'revokedHint')}</p>
      {!signedOut && (
        <button type="button" class="button small" onClick={() => desk.forgetRevoked(talk.id)}>
          {say('close')}
        </button>
      )}
    </div>
  );
}
