/**
 * An image inside a message. It is fetched rather than loaded by its address: the browser could not
 * say for which account, and would be sent to whatever host an address names.
 */
import { makeStyles, Skeleton, SkeletonItem, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import { useT } from '../../i18n';

export interface ImagePlace {
  readonly chatId: string;
  readonly messageId: string;
}

const useStyles = makeStyles({
  image: { display: 'block', maxInlineSize: '100%', maxBlockSize: '360px', borderRadius: tokens.borderRadiusMedium, marginBlock: tokens.spacingVerticalXS },
  loading: { inlineSize: '240px', maxInlineSize: '100%', blockSize: '140px' },
  quiet: { color: tokens.colorNeutralForeground2, fontStyle: 'italic' },
});

/** The number of an image of this very message, from its address; null for every other address. */
export function imageNumber(src: string | null, place: ImagePlace): string | null {
  const found = /\/v1\.0\/(?:me\/)?chats\/([^/]+)\/messages\/(\d+)\/hostedContents\/([\w=%-]+)\/(?:\$|%24)value$/.exec(src ?? '');
  if (!found?.[1] || !found[3]) return null;
  return decodeURIComponent(found[1]) === place.chatId && found[2] === place.messageId ? decodeURIComponent(found[3]) : null;
}

export function HostedImage({ place, number, alt }: { place: ImagePlace; number: string; alt: string }) {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const image = useQuery({
    queryKey: ['image', place.chatId, place.messageId, number],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => valueOf(api.GET('/v1.0/chats/{chat_id}/messages/{message_id}/hostedContents/{hosted_content_id}/$value', {
      params: { path: { chat_id: place.chatId, message_id: place.messageId, hosted_content_id: number } },
      parseAs: 'blob',
    })) as Promise<Blob>,
  });
  const address = useMemo(() => (image.data ? URL.createObjectURL(image.data) : null), [image.data]);
  useEffect(() => () => {
    if (address) URL.revokeObjectURL(address);
  }, [address]);

  if (image.isError) return <Text size={200} className={styles.quiet}>{t('message.imageFailed')}</Text>;
  if (!address) return <Skeleton aria-label={t('common.loading')}><SkeletonItem className={styles.loading} /></Skeleton>;
  return <img className={styles.image} src={address} alt={alt || t('message.image')} />;
}
