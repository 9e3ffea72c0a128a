/**
 * An image inside a message. It is fetched rather than loaded by its address: the browser could not
 * say for which account, and would be sent to whatever host an address names.
 */
import { Button, makeStyles, mergeClasses, Skeleton, SkeletonItem, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import { useT } from '../../i18n';
import { useTabIndex } from './reachable';

const LargeImage = lazy(() => import('./LargeImage'));

export interface ImagePlace {
  readonly chatId: string;
  readonly messageId: string;
}

/** Images that the server does not have yet, by what the text calls them. */
export type LocalImages = ReadonlyMap<string, { readonly type: string; readonly base64: string }>;

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

const useStyles = makeStyles({
  // The place is there before the image: what stands below does not move when it comes.
  frame: { display: 'block', maxInlineSize: '100%', marginBlock: tokens.spacingVerticalXS, padding: 0, border: 'none', backgroundColor: 'transparent', borderRadius: tokens.borderRadiusMedium, cursor: 'zoom-in', overflow: 'hidden', ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px' } },
  plain: { cursor: 'default' },
  image: { display: 'block', inlineSize: '100%', blockSize: '100%', objectFit: 'contain', borderRadius: tokens.borderRadiusMedium },
  natural: { inlineSize: 'auto', blockSize: 'auto', maxInlineSize: '100%', maxBlockSize: '360px' },
  skeleton: { inlineSize: '100%', blockSize: '100%' },
  unknown: { inlineSize: '240px', maxInlineSize: '100%', blockSize: '140px' },
  quiet: { color: tokens.colorNeutralForeground2, fontStyle: 'italic' },
});

/** An image in a message is shown no larger than this, in pixels. */
const WIDTH_PX_MAX = 480;
const HEIGHT_PX_MAX = 360;

/** The place that an image takes when its size is known. */
function placeOf(size: ImageSize | null): CSSProperties | undefined {
  if (!size) return undefined;
  const scale = Math.min(1, WIDTH_PX_MAX / size.width, HEIGHT_PX_MAX / size.height);
  return { inlineSize: `${Math.max(1, Math.round(size.width * scale))}px`, aspectRatio: `${size.width} / ${size.height}` };
}

/** The number of an image of this very message, from its address; null for every other address. */
export function imageNumber(src: string | null, place: ImagePlace): string | null {
  const found = /\/v1\.0\/(?:me\/)?chats\/([^/]+)\/messages\/(\d+)\/hostedContents\/([\w=%-]+)\/(?:\$|%24)value$/.exec(src ?? '');
  if (!found?.[1] || !found[3]) return null;
  return decodeURIComponent(found[1]) === place.chatId && found[2] === place.messageId ? decodeURIComponent(found[3]) : null;
}

interface Props {
  readonly place: ImagePlace;
  readonly number: string;
  readonly alt: string;
  /** Null when the message does not say. */
  readonly size: ImageSize | null;
  /** Only to be told from others: it cannot be enlarged. */
  readonly isSmall?: boolean;
}

export function HostedImage({ place, number, alt, size, isSmall = false }: Props) {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const tabIndex = useTabIndex();
  const [isLarge, setLarge] = useState(false);
  const image = useQuery({
    queryKey: ['image', place.chatId, place.messageId, number],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => valueOf(api.GET('/v1.0/chats/{chat_id}/messages/{message_id}/hostedContents/{hosted_content_id}/$value', {
      params: { path: { chat_id: place.chatId, message_id: place.messageId, hosted_content_id: number } },
      parseAs: 'blob',
    })) as Promise<Blob>,
  });
  const address = useAddress(image.data);
  // Whoever pressed the button goes on at the image when the button is gone.
  const isAgain = useRef(false);
  const frame = useCallback((button: HTMLButtonElement | null) => {
    if (isAgain.current) button?.focus();
    isAgain.current = false;
  }, []);
  const name = alt || t('message.image');

  if (image.isError) {
    const failed = <Text size={200} className={styles.quiet}>{t('message.imageFailed')}</Text>;
    return isSmall ? failed : <>{failed} <Button size="small" tabIndex={tabIndex} disabledFocusable={image.isFetching} onClick={() => { isAgain.current = true; void image.refetch(); }}>{t('common.tryAgain')}</Button></>;
  }
  const shown = address
    ? <img className={mergeClasses(styles.image, !size && styles.natural)} src={address} alt={isSmall ? '' : name} />
    : <Skeleton aria-label={t('common.loading')} className={size ? styles.skeleton : styles.unknown}><SkeletonItem className={styles.skeleton} /></Skeleton>;
  if (isSmall) return shown;
  return (
    <>
      <button type="button" ref={frame} className={styles.frame} style={placeOf(size)} tabIndex={tabIndex} aria-label={t('message.enlarge', { name })} onClick={() => setLarge(true)}>{shown}</button>
      {isLarge && address && (
        <Suspense fallback={null}><LargeImage address={address} alt={alt} type={image.data?.type ?? ''} onClose={() => setLarge(false)} /></Suspense>
      )}
    </>
  );
}

/** An address of bytes in this page, as long as they are shown. */
function useAddress(blob: Blob | undefined): string | null {
  const address = useMemo(() => (blob ? URL.createObjectURL(blob) : null), [blob]);
  useEffect(() => () => {
    if (address) URL.revokeObjectURL(address);
  }, [address]);
  return address;
}

/** An image of one's own on its way: the server does not have it yet. */
export function LocalImage({ images, name, alt, size }: { images: LocalImages; name: string; alt: string; size: ImageSize | null }) {
  const styles = useStyles();
  const t = useT();
  const image = images.get(name);
  if (!image) return null;
  return (
    <span className={mergeClasses(styles.frame, styles.plain)} style={placeOf(size)}>
      <img className={mergeClasses(styles.image, !size && styles.natural)} src={`data:${image.type};base64,${image.base64}`} alt={alt || t('message.image')} />
    </span>
  );
}

/** What the text of a message on its way calls an image. */
export function localName(src: string | null): string | null {
  return /^\.\.\/hostedContents\/([\w-]+)\/\$value$/.exec(src ?? '')?.[1] ?? null;
}
