/** Adding people, with what they may see of the past, and a warning when words leave the house. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, makeStyles, MessageBar, MessageBarBody, Radio, RadioGroup, tokens } from '@fluentui/react-components';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer, newKey } from '../../api/client';
import { explain, type Explanation } from '../../api/explain';
import { isTransient } from '../../api/failure';
import { href, navigate } from '../../app/router';
import { toast } from '../../app/toasts';
import { useT } from '../../i18n';
import { list } from '../../i18n/formats';
import type { Entry } from '../../live/state';
import { Advice } from '../Advice';
import { others, type Person } from '../naming';
import { bindOf, groupOf } from '../newChat/create';
import { PeoplePicker } from '../newChat/PeoplePicker';

const useStyles = makeStyles({ column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minBlockSize: '220px' } });

type History = 'none' | 'since' | 'all';
const histories = ['none', 'since', 'all'] as const;
const EVERYTHING = '0001-01-01T00:00:00Z';

export default function AddPeopleDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [history, setHistory] = useState<History>('none');
  const [since, setSince] = useState('');
  const [problem, setProblem] = useState<Explanation | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [key, setKey] = useState(newKey);
  const [today] = useState(() => isoDay(new Date()));
  const isGroup = entry.chat.chatType === 'group';
  const present = (entry.members ?? []).map((member) => member.userId);
  // A browser keeps nobody from typing what it does not offer.
  const isAhead = since > today;
  const isReady = people.length > 0 && (history !== 'since' || (since !== '' && !isAhead)) && !isBusy;

  async function add(): Promise<void> {
    setBusy(true);
    setProblem(null);
    const done = isGroup ? await addToGroup() : await groupOf(session, null, [...others(entry, session.id), ...people].map((person) => person.id), key);
    setBusy(false);
    if (!done.ok) {
      // Without an answer it may have happened all the same: the same key makes it happen no second time.
      if (!isTransient(done.failure)) setKey(newKey());
      return setProblem(explain(done.failure, t));
    }
    toast({ intent: 'success', title: t('people.added', { names: list(people.map((person) => person.displayName)), count: people.length }) });
    onClose();
    // A chat of two stays as it was: the new group is another one.
    if (!isGroup && 'id' in done.value) navigate(href('u', session.id, 'chats', String(done.value.id)));
    return undefined;
  }

  function addToGroup() {
    const start = history === 'all' ? EVERYTHING : history === 'since' ? new Date(`${since}T00:00`).toISOString() : null;
    const values = people.map((person) => ({
      roles: ['owner' as const],
      'user@odata.bind': bindOf(person.id),
      ...(start ? { visibleHistoryStartDateTime: start } : {}),
    }));
    return answer(session.api.POST('/v1.0/chats/{chat_id}/members/add', {
      params: { path: { chat_id: entry.chat.id }, header: { 'Idempotency-Key': key } },
      body: { values },
    }));
  }

  const outsiders = people.filter((person) => person.isExternal);
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{isGroup ? t('people.add') : t('people.newGroup')}</DialogTitle>
          <DialogContent className={styles.column}>
            <PeoplePicker label={t('people.whom')} chosen={people} onChange={(next) => { setPeople(next); setKey(newKey()); }} without={present} />
            {isGroup ? (
              <Field label={t('history.label')}>
                <RadioGroup value={history} onChange={(_, { value }) => { setHistory(value as History); setKey(newKey()); }}>
                  {histories.map((name) => <Radio key={name} value={name} label={t(`history.${name}`)} />)}
                </RadioGroup>
              </Field>
            ) : (
              <MessageBar layout="multiline"><MessageBarBody>{t('people.newGroupText')}</MessageBarBody></MessageBar>
            )}
            {isGroup && history === 'since' && (
              <Field label={t('history.day')} required {...(isAhead ? { validationMessage: t('history.ahead') } : {})}>
                <Input type="date" value={since} max={today} onChange={(_, { value }) => { setSince(value); setKey(newKey()); }} />
              </Field>
            )}
            {outsiders.length > 0 && (
              <MessageBar intent="warning" layout="multiline">
                <MessageBarBody>{isGroup && history !== 'none' ? t('people.leavesHistory') : t('people.leaves')}</MessageBarBody>
              </MessageBar>
            )}
            {problem && <MessageBar intent="error" layout="multiline" role="alert"><MessageBarBody>{problem.title} <Advice explanation={problem} /></MessageBarBody></MessageBar>}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button appearance="primary" disabledFocusable={!isReady} onClick={() => void add()}>{isGroup ? t('people.addConfirm') : t('newChat.startGroup')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** The day of a moment where one is, as inputs write it. */
function isoDay(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}
