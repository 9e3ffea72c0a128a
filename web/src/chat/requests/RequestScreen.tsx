/** Somebody from outside asks for contact. What they wrote is shown only when one asks for it. */
import { Badge, Button, Card, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components';
import { CheckmarkRegular, DeleteRegular, EyeRegular, FlagRegular, PersonProhibitedRegular } from '@fluentui/react-icons';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { homeName } from '../../accounts/homeName';
import { answer } from '../../api/client';
import { type Failure, failureOfRefusal } from '../../api/failure';
import type { ChatMessage } from '../../api/schema.gen';
import { announce } from '../../app/Announcer';
import { BackIcon } from '../../app/icons';
import { ScrollingContent } from '../../app/ScrollingContent';
import { toast, toastFailure } from '../../app/toasts';
import { useT } from '../../i18n';
import { dateTime, list } from '../../i18n/formats';
import type { Entry } from '../../live/state';
import { Advice } from '../Advice';
import { useAskedAnew } from '../conversation/useAskedAnew';
import { ExternalMark } from '../ExternalMark';
import { personOfRequester, titleOf } from '../naming';
import { PersonAvatar } from '../PersonAvatar';
import { BlockDialog } from '../people/BlockDialog';
import { noteBlocked } from '../people/blocking';
import { explainInChat } from '../refusal';
import { acceptRefusal } from '../unread';
import { RequestPreview } from './RequestPreview';

const ReportDialog = lazy(() => import('../people/ReportDialog'));

const useStyles = makeStyles({
  screen: { flexGrow: 1, overflowY: 'auto', display: 'flex', alignItems: 'safe center', justifyContent: 'center', padding: tokens.spacingHorizontalL },
  card: { inlineSize: '100%', maxInlineSize: '680px', padding: tokens.spacingHorizontalXXL, gap: tokens.spacingVerticalL },
  who: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalL, alignItems: 'center' },
  text: { flexGrow: 1, flexBasis: '220px', minInlineSize: 0, display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS },
  name: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  heading: { fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500, fontWeight: tokens.fontWeightSemibold, outlineStyle: 'none' },
  quiet: { color: tokens.colorNeutralForeground2 },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  back: { display: 'none', alignSelf: 'flex-start', minInlineSize: 'auto', marginInlineStart: `calc(-1 * ${tokens.spacingHorizontalM})`, '@media (max-width: 799px)': { display: 'inline-flex' } },
});

export function RequestScreen({ entry, onDone }: { entry: Entry; onDone: () => void }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const request = entry.chat.contactRequest!;
  const person = personOfRequester(request.requestedBy);
  const isGroup = entry.chat.chatType === 'group';
  const refusal = acceptRefusal(entry);
  const refused = refusal && explainInChat(failureOfRefusal(refusal), entry, session, t);
  const isRisky = request.risk?.level === 'high';
  const [preview, setPreview] = useState<readonly ChatMessage[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [asks, setAsks] = useState<'accept' | 'block' | 'delete' | 'report' | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const chatId = entry.chat.id;
  const path = { chat_id: chatId };
  const common = commonGroups(session.live.get().chats.values(), person.id, session.id, (one) => titleOf(one, session.id, t));
  // Whoever may be somebody else's double is looked at first.
  const mayAct = !isRisky || preview !== null;

  useEffect(() => heading.current?.focus(), []);
  useAskedAnew(chatId, refusal !== null);

  async function act<T>(call: Promise<{ ok: true; value: T } | { ok: false; failure: Failure }>, done: (value: T) => void): Promise<void> {
    setBusy(true);
    const result = await call;
    setBusy(false);
    if (result.ok) done(result.value);
    else toastFailure(result.failure);
  }

  function look(): void {
    void act(answer(session.api.GET('/v1.0/chats/{chat_id}/requestPreview', { params: { path } })), ({ value }) => setPreview(value));
  }

  function accept(): void {
    setAsks(null);
    void act(answer(session.api.POST('/v1.0/chats/{chat_id}/acceptRequest', { params: { path }, body: { acknowledgeRisk: isRisky } })), () => {
      announce(t('request.accepted', { name: person.displayName }));
      void session.live.refetch(chatId);
    });
  }

  function decline(blockRequester: boolean): void {
    setAsks(null);
    void act(answer(session.api.POST('/v1.0/chats/{chat_id}/declineRequest', { params: { path }, body: { blockRequester } })), () => {
      if (blockRequester) noteBlocked(session, person.id, true);
      toast({ intent: 'info', title: t('request.deleted'), body: t('request.notTold') });
      void session.live.refetch(chatId);
      onDone();
    });
  }

  return (
    <div className={styles.screen}>
      <Card className={styles.card}>
        <Button className={styles.back} appearance="subtle" icon={<BackIcon />} onClick={onDone}>{t('common.back')}</Button>
        <h2 ref={heading} tabIndex={-1} className={styles.heading}>{t(isGroup ? 'request.groupTitle' : 'request.title', { name: person.displayName })}</h2>
        <div className={styles.who}>
          <PersonAvatar id={person.id} name={person.displayName} size={64} showsPresence={false} />
          <div className={styles.text}>
            <span className={styles.name}><Text weight="semibold" size={400}>{person.displayName}</Text><ExternalMark person={person} isLong tabIndex={0} /></span>
            <Text>{person.email ?? t('request.noAddress')}</Text>
            <Text className={styles.quiet}>{person.organisationName ? t('request.fromOrganisation', { name: person.organisationName }) : t('request.fromPersonal')}</Text>
            <Text size={200} className={styles.quiet}>{t('request.askedAt', { time: dateTime(request.requestedDateTime) })}</Text>
            <span className={styles.name}>
              <Badge appearance="outline" color={person.trust === 'unverified' ? 'danger' : 'informative'}>{person.trust === 'unverified' ? t('mark.unverified') : t('request.verified')}</Badge>
              <Text size={200} className={styles.quiet}>{common.length > 0 ? t('request.common', { names: list(common), count: common.length }) : t('request.noCommon')}</Text>
            </span>
          </div>
        </div>
        {refused && (
          <MessageBar intent="info" layout="multiline" role="status">
            <MessageBarBody><MessageBarTitle>{refused.title}</MessageBarTitle><Advice explanation={refused} /></MessageBarBody>
          </MessageBar>
        )}
        {(!refused || isRisky) && <MessageBar intent={isRisky ? 'error' : 'warning'} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{isRisky ? t('request.riskTitle') : t('request.careTitle')}</MessageBarTitle>
            {isRisky ? t('request.riskText') : t('request.careText')}
          </MessageBarBody>
        </MessageBar>}
        {preview && <RequestPreview messages={preview} />}
        <div className={styles.actions}>
          <Button icon={<EyeRegular />} appearance={mayAct ? 'secondary' : 'primary'} disabledFocusable={isBusy} onClick={look}>{t(preview ? 'request.previewAgain' : 'request.preview')}</Button>
          {mayAct && !refused && <Button icon={<CheckmarkRegular />} appearance="primary" disabledFocusable={isBusy} onClick={() => (isRisky ? setAsks('accept') : accept())}>{t('request.accept')}</Button>}
          {mayAct && <Button icon={<PersonProhibitedRegular />} disabledFocusable={isBusy} onClick={() => setAsks('block')}>{t('request.block')}</Button>}
          <Button icon={<FlagRegular />} appearance="subtle" disabledFocusable={isBusy} onClick={() => setAsks('report')}>{t('report.request')}</Button>
          <Button icon={<DeleteRegular />} appearance="subtle" disabledFocusable={isBusy} onClick={() => setAsks('delete')}>{isGroup ? t('request.deleteGroup') : t('request.delete')}</Button>
        </div>
        <Text size={200} className={styles.quiet}>{t('request.asWho', { name: session.user.displayName, home: homeName(session, t) })} {t('request.notTold')}</Text>
      </Card>
      {asks === 'block' && <BlockDialog entry={entry} person={person} onClose={(isDone) => { setAsks(null); if (isDone) onDone(); }} />}
      {asks === 'report' && <Suspense fallback={null}><ReportDialog chatId={chatId} reported={{ kind: 'request', name: person.displayName }} onClose={() => setAsks(null)} /></Suspense>}
      {asks === 'delete' && <DeleteDialog name={person.displayName} isGroup={isGroup} onCancel={() => setAsks(null)} onDelete={decline} />}
      {asks === 'accept' && <RiskDialog name={person.displayName} address={person.email ?? ''} onCancel={() => setAsks(null)} onAccept={accept} />}
    </div>
  );
}

function RiskDialog({ name, address, onCancel, onAccept }: { name: string; address: string; onCancel: () => void; onAccept: () => void }) {
  const t = useT();
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open) onCancel(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('request.riskAskTitle')}</DialogTitle>
          <ScrollingContent>{t('request.riskAsk', { name, address })}</ScrollingContent>
          <DialogActions>
            <Button appearance="primary" onClick={onCancel}>{t('common.cancel')}</Button>
            <Button onClick={onAccept}>{t('request.acceptAnyway')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Deleting cannot be taken back: it is asked about. Of a group also whether the one who invites is to be blocked, too (U-22). */
function DeleteDialog({ name, isGroup, onCancel, onDelete }: { name: string; isGroup: boolean; onCancel: () => void; onDelete: (blocks: boolean) => void }) {
  const t = useT();
  const [blocks, setBlocks] = useState(false);
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open) onCancel(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{isGroup ? t('request.deleteTitle') : t('request.deleteOneTitle', { name })}</DialogTitle>
          <DialogContent>
            <Text block>{t(isGroup ? 'request.deleteText' : 'request.deleteOneText')}</Text>
            {isGroup && <Checkbox label={t('request.deleteBlocks', { name })} checked={blocks} onChange={(_, { checked }) => setBlocks(checked === true)} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onCancel}>{t('common.cancel')}</Button>
            <Button appearance="primary" onClick={() => onDelete(blocks)}>{t(isGroup ? 'request.deleteGroup' : 'request.delete')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Groups that both are in already. */
function commonGroups(entries: Iterable<Entry>, personId: string, me: string, name: (entry: Entry) => string): string[] {
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.chat.chatType !== 'group' || !entry.chat.viewpoint.isMember) continue;
    const ids = (entry.members ?? []).filter((member) => !member.isPending).map((member) => member.userId);
    if (ids.includes(personId) && ids.includes(me)) names.push(name(entry));
  }
  return names;
}
