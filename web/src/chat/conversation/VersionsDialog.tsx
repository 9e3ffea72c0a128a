/** The earlier texts of an edited message. */
import { Button, Dialog, DialogActions, DialogBody, DialogSurface, DialogTitle, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import { explainError } from '../../api/explain';
import type { ChatMessage } from '../../api/schema.gen';
import { Loading } from '../../app/Loading';
import { ScrollingContent } from '../../app/ScrollingContent';
import { useT } from '../../i18n';
import { dateTime } from '../../i18n/formats';
import { BodyView } from './MessageBody';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, margin: 0, padding: 0, listStyleType: 'none' },
  quiet: { color: tokens.colorNeutralForeground2 },
  failed: { display: 'flex', flexDirection: 'column', alignItems: 'start', gap: tokens.spacingVerticalS },
});

export function VersionsDialog({ message, chatId, onClose }: { message: ChatMessage; chatId: string; onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const versions = useQuery({
    queryKey: ['versions', chatId, message.id, message.etag],
    queryFn: () => valueOf(api.GET('/v1.0/chats/{chat_id}/messages/{message_id}/versions', { params: { path: { chat_id: chatId, message_id: message.id } } })),
  });
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('message.versions')}</DialogTitle>
          <ScrollingContent>
            {versions.isPending && <Loading />}
            {versions.isError && <div role="alert" className={styles.failed}><Text>{explainError(versions.error, t).title}</Text><Button size="small" onClick={() => void versions.refetch()}>{t('common.tryAgain')}</Button></div>}
            <ol className={styles.list}>
              {versions.data?.value.map((version) => (
                <li key={version.replacedDateTime}>
                  <Text block size={200} className={styles.quiet}>{t('message.replacedAt', { time: dateTime(version.replacedDateTime) })}</Text>
                  <BodyView body={version.body} mentions={[]} />
                </li>
              ))}
            </ol>
          </ScrollingContent>
          <DialogActions><Button onClick={onClose}>{t('common.close')}</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
