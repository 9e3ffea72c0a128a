/** The frame of a page: its heading, what it is about, and its acts. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef } from 'react';

const useStyles = makeStyles({
  page: {
    inlineSize: '100%',
    maxInlineSize: '1040px',
    marginInline: 'auto',
    boxSizing: 'border-box',
    padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXXXL}`,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXL,
    '@media (max-width: 639px)': { padding: tokens.spacingHorizontalM },
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: tokens.spacingHorizontalL },
  words: { flexGrow: 1, flexBasis: '320px', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  title: { margin: 0, ':focus': { outline: 'none' }, '@media (max-width: 639px)': { fontSize: tokens.fontSizeBase600, lineHeight: tokens.lineHeightBase600 } },
  about: { maxInlineSize: '72ch', color: tokens.colorNeutralForeground2 },
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  section: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalXL,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    minInlineSize: 0,
    '@media (max-width: 639px)': { padding: tokens.spacingHorizontalM },
  },
  sectionTitle: { margin: 0 },
  hint: { color: tokens.colorNeutralForeground2, maxInlineSize: '72ch' },
});

interface PageProps {
  readonly title: string;
  readonly about?: string;
  readonly acts?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, about, acts, children }: PageProps) {
  const styles = useStyles();
  const head = useRef<HTMLElement>(null);
  useEffect(() => {
    // Whoever was led here begins with what the page is called, also when it had to be fetched first.
    const main = head.current?.closest('main');
    if (main && document.activeElement === main) head.current?.querySelector('h1')?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const before = document.title;
    document.title = `${title} – Visavis`;
    return () => {
      document.title = before;
    };
  }, [title]);
  return (
    <div className={styles.page}>
      <header ref={head} className={styles.head}>
        <div className={styles.words}>
          <Text tabIndex={-1} as="h1" size={700} weight="semibold" className={styles.title}>{title}</Text>
          {about && <Text className={styles.about}>{about}</Text>}
        </div>
        {acts && <div className={styles.acts}>{acts}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly hint?: string;
  /** Where links to the section lead. */
  readonly id?: string;
  readonly children: ReactNode;
}

export function Section({ title, hint, id, children }: SectionProps) {
  const styles = useStyles();
  return (
    <section className={styles.section} id={id} tabIndex={id ? -1 : undefined} aria-label={title}>
      <Text as="h2" size={500} weight="semibold" className={styles.sectionTitle}>{title}</Text>
      {hint && <Text className={styles.hint}>{hint}</Text>}
      {children}
    </section>
  );
}

/** A heading inside a section. */
export function Subheading({ children }: { children: ReactNode }) {
  const styles = useStyles();
  return <Text as="h3" size={400} weight="semibold" className={styles.sectionTitle}>{children}</Text>;
}
