/** Typing @ offers the members of the chat; who is from outside is marked. */
import { FluentProvider, mergeClasses, Text } from '@fluentui/react-components';
import { LexicalTypeaheadMenuPlugin, MenuOption, type MenuTextMatch } from '@lexical/react/LexicalTypeaheadMenuPlugin';
import { $createTextNode, $isTextNode, COMMAND_PRIORITY_HIGH, type LexicalNode, type TextNode } from 'lexical';
import { useCallback, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';

import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { useSession } from '../../accounts/AccountContext';
import { floatingPlace } from '../../app/floatingPlace';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { ExternalMark } from '../ExternalMark';
import { type Person, personOfMember } from '../naming';
import { PersonAvatar } from '../PersonAvatar';
import { useComposerStyles } from './composerStyles';
import { $createMentionNode } from './MentionNode';

const OPTIONS_MAX = 8;

class PersonOption extends MenuOption {
  readonly person: Person;
  constructor(person: Person) {
    super(person.id);
    this.person = person;
  }
}

/** What stands after an @ at the end of a text: up to three words, since names have blanks. */
export function mentionMatch(text: string): MenuTextMatch | null {
  const match = /(^|[\s(])(@((?:[^\s@]+(?: [^\s@]+){0,2} ?)?))$/.exec(text);
  if (!match) return null;
  const [, before = '', replaceableString = '', matchingString = ''] = match;
  return { leadOffset: match.index + before.length, matchingString, replaceableString };
}

/**
 * Puts a mention where its beginning was typed. The menu cuts out what it had read when it was last drawn:
 * whoever types quickly has more there by then, which stands before it.
 */
export function $replaceTyped(typed: TextNode, mention: LexicalNode): void {
  const before = typed.getPreviousSibling();
  if ($isTextNode(before) && before.isSimpleText()) {
    const text = before.getTextContent();
    const start = mentionMatch(text + typed.getTextContent())?.leadOffset ?? text.length;
    if (start === 0) before.remove();
    else if (start < text.length) before.setTextContent(text.slice(0, start));
  }
  typed.replace(mention);
}

export function MentionPlugin({ entry }: { entry: Entry }) {
  const styles = useComposerStyles();
  const t = useT();
  const [editor] = useLexicalComposerContext();
  const { id: me } = useSession();
  const [query, setQuery] = useState<string | null>(null);

  const options = useMemo(() => {
    if (query === null) return [];
    const wanted = query.toLocaleLowerCase();
    return (entry.members ?? [])
      .filter((member) => member.userId !== me && !member.isPending)
      .filter((member) => ` ${member.displayName.toLocaleLowerCase()}`.includes(` ${wanted}`))
      .slice(0, OPTIONS_MAX)
      .map((member) => new PersonOption(personOfMember(member)));
  }, [query, entry.members, me]);

  const floating = floatingPlace();
  const choose = useCallback((option: PersonOption, textNode: TextNode | null, close: () => void) => {
    editor.update(() => {
      const mention = $createMentionNode(option.person.id, `@${option.person.displayName}`);
      if (textNode) $replaceTyped(textNode, mention);
      const space = $createTextNode(' ');
      mention.insertAfter(space);
      space.select();
      close();
    });
  }, [editor]);

  return (
    <LexicalTypeaheadMenuPlugin<PersonOption>
      onQueryChange={setQuery}
      onSelectOption={choose}
      triggerFn={mentionMatch}
      options={options}
      commandPriority={COMMAND_PRIORITY_HIGH}
      {...(floating ? { parent: floating } : {})}
      menuRenderFn={(anchor, { selectedIndex, selectOptionAndCleanUp, setHighlightedIndex }) =>
        anchor.current && options.length > 0 ? createPortal(
          // The place is outside of the page's own element, where no colours are known.
          <FluentProvider className={styles.menuPlace}>
          {/* The anchor is the list box, by a name of its own language. */}
          <ul ref={() => anchor.current?.setAttribute('aria-label', t('composer.mention'))} className={styles.menu} role="presentation">
            {options.map((option, at) => (
              // The keyboard is the editor's: it moves through the options while the focus stays in the text.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
              <li
                key={option.key}
                id={`typeahead-item-${at}`}
                ref={option.setRefElement}
                role="option"
                tabIndex={-1}
                aria-selected={selectedIndex === at}
                className={mergeClasses(styles.option, selectedIndex === at && styles.optionOn)}
                onMouseEnter={() => setHighlightedIndex(at)}
                onClick={() => selectOptionAndCleanUp(option)}
              >
                <PersonAvatar id={option.person.id} name={option.person.displayName} size={24} showsPresence={false} />
                <Text>{option.person.displayName}</Text>
                <ExternalMark person={option.person} isLong />
              </li>
            ))}
          </ul>
          </FluentProvider>,
          anchor.current,
        ) : null
      }
    />
  );
}
