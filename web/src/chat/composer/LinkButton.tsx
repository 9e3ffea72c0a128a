/** Asks where a link leads. */
import { Button, Field, Input, Popover, PopoverSurface, PopoverTrigger, Tooltip } from '@fluentui/react-components';
import { LinkRegular } from '@fluentui/react-icons';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { type FormEvent, useState } from 'react';

import { useT } from '../../i18n';
import { $address, $link, addressOf } from './link';

interface Props {
  readonly hasLink: boolean;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

export function LinkButton({ hasLink, isOpen, onOpen }: Props) {
  const t = useT();
  const label = hasLink ? t('composer.changeLink') : t('composer.link');
  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => onOpen(open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Tooltip content={label} relationship="label">
          <Button size="small" appearance="subtle" icon={<LinkRegular />} aria-keyshortcuts="Control+K" />
        </Tooltip>
      </PopoverTrigger>
      <PopoverSurface aria-label={label}>
        <LinkForm hasLink={hasLink} onDone={() => onOpen(false)} />
      </PopoverSurface>
    </Popover>
  );
}

function LinkForm({ hasLink, onDone }: { hasLink: boolean; onDone: () => void }) {
  const t = useT();
  const [editor] = useLexicalComposerContext();
  const [written, setWritten] = useState(() => editor.read($address));
  const [isBad, setBad] = useState(false);

  function apply(event: FormEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const address = addressOf(written);
    // Without an address a link is none any more.
    if (!address && !(hasLink && written.trim() === '')) return setBad(true);
    onDone();
    editor.update(() => $link(address, written.trim()), { discrete: true });
    return editor.focus();
  }

  return (
    <form onSubmit={apply} noValidate>
      <Field label={t('composer.linkAddress')} validationState={isBad ? 'error' : 'none'} validationMessage={isBad ? t('composer.linkBad') : null}>
        <Input
          inputMode="url"
          autoComplete="off"
          dir="ltr"
          value={written}
          onChange={(_, { value }) => { setWritten(value); setBad(false); }}
          contentAfter={<Button size="small" appearance="primary" type="submit">{t('composer.linkApply')}</Button>}
        />
      </Field>
    </form>
  );
}
