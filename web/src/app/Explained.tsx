/** Words or a sign with an explanation that is reached by pointer, by keyboard and by finger. */
import { makeStyles, mergeClasses, tokens, Tooltip } from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';

const useStyles = makeStyles({
  sign: {
    display: 'inline-flex',
    alignItems: 'center',
    minInlineSize: 0,
    maxInlineSize: '100%',
    padding: 0,
    border: 'none',
    backgroundColor: 'transparent',
    color: 'inherit',
    font: 'inherit',
    textAlign: 'start',
    cursor: 'help',
    borderRadius: tokens.borderRadiusSmall,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});

interface Props {
  readonly content: string;
  readonly tabIndex?: 0 | -1;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Explained({ content, tabIndex = 0, className, children }: Props) {
  const styles = useStyles();
  const [isVisible, setVisible] = useState(false);
  return (
    <Tooltip content={content} relationship="description" visible={isVisible} onVisibleChange={(_, { visible }) => setVisible(visible)}>
      <button type="button" className={mergeClasses(styles.sign, className)} tabIndex={tabIndex} onClick={() => setVisible(true)}>{children}</button>
    </Tooltip>
  );
}
