/**
 * What is said to people who listen to the page. There is one polite region: it says one thing after
 * the other and never over somebody. What went wrong after one's own act is said at once.
 */
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

/** A text stays this long before the next replaces it: what a screen reader has taken up, it says to its end. */
const SHOWN_MS = 700;
/** Emptied this long in between: the same words twice would otherwise be no change, and stay unsaid. */
const EMPTY_MS = 50;
/** Past this the oldest are dropped: nobody wants to hear what happened a minute ago. */
const WAITING_MAX = 4;

class Voice {
  private waiting: readonly string[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private show: ((text: string) => void) | null = null;

  say(text: string): void {
    // What is waiting already need not be said twice.
    this.waiting = [...this.waiting.filter((other) => other !== text), text].slice(-WAITING_MAX);
    if (!this.timer) this.next();
  }

  /** Gives the voice a place in the page; returns how to take it away. */
  attach(show: (text: string) => void): () => void {
    this.show = show;
    return () => {
      this.stop();
      this.show = null;
    };
  }

  /** Says nothing more, and takes away what is being said. */
  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.waiting = [];
    this.show?.('');
  }

  private next(): void {
    const [text, ...rest] = this.waiting;
    this.timer = null;
    // What was said is for those who listened then: it does not stay to be found.
    this.show?.('');
    if (text === undefined || !this.show) return;
    this.waiting = rest;
    this.timer = setTimeout(() => {
      this.show?.(text);
      this.timer = setTimeout(() => this.next(), SHOWN_MS);
    }, EMPTY_MS);
  }
}

const polite = new Voice();
const urgent = new Voice();

/** Says a text when nothing else is being said. */
export function announce(text: string): void {
  polite.say(text);
}

/** Says a text at once: something that the person has just done did not work. */
export function announceUrgently(text: string): void {
  urgent.say(text);
}

/** Takes away whatever is said or waits: it may be of somebody who has gone. */
export function silence(): void {
  polite.stop();
  urgent.stop();
}

export function Announcer() {
  const styles = useStyles();
  const [text, setText] = useState('');
  const [urgentText, setUrgentText] = useState('');
  useEffect(() => polite.attach(setText), []);
  useEffect(() => urgent.attach(setUrgentText), []);
  return (
    <>
      <div role="status" aria-live="polite" className={styles.hidden}>{text}</div>
      <div role="alert" aria-live="assertive" className={styles.hidden}>{urgentText}</div>
    </>
  );
}
