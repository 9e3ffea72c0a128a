/** What is said to people who listen to the page: one at a time, and never over them. */
import { makeStyles } from '@fluentui/react-components';
import { useEffect, useState } from 'react';

const useStyles = makeStyles({
  hidden: {
    position: 'absolute',
    inlineSize: '1px',
    blockSize: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
});

let say: ((text: string) => void) | null = null;

/** Says a text politely. A second one within the same moment replaces the first. */
export function announce(text: string): void {
  say?.(text);
}

export function Announcer() {
  const styles = useStyles();
  const [text, setText] = useState('');

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    say = (next) => {
      clearTimeout(timer);
      // Emptied first: the same words twice would otherwise be no change, and stay unsaid.
      setText('');
      timer = setTimeout(() => setText(next), 50);
    };
    return () => {
      clearTimeout(timer);
      say = null;
    };
  }, []);

  return <div role="status" aria-live="polite" className={styles.hidden}>{text}</div>;
}
