/** A list without entries, or one that could not be loaded: what it means, and what to do. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  centre: {
    flexGrow: 1,
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalXXL,
    textAlign: 'center',
    color: tokens.colorNeutralForeground2,
  },
  icon: { fontSize: '40px', color: tokens.colorNeutralForeground3, lineHeight: 1 },
  text: { maxInlineSize: '44ch' },
});

interface Props {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Whether it stands for a whole page, whose heading the title then is. */
  readonly isPage?: boolean;
}

export function EmptyState({ icon, title, children, action, isPage = false }: Props) {
  const styles = useStyles();
  return (
    <div className={styles.centre}>
      {icon && <span className={styles.icon} aria-hidden="true">{icon}</span>}
      <Text as={isPage ? 'h1' : 'span'} weight="semibold" size={400} align="center">{title}</Text>
      {children && <Text align="center" className={styles.text}>{children}</Text>}
      {action}
    </div>
  );
}
