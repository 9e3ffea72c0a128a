/** The text of a dialog. Where it is longer than the screen it is scrolled, also by keyboard. */
import { DialogContent } from '@fluentui/react-components';
import { type ReactNode, useEffect, useState } from 'react';

export function ScrollingContent({ className, children }: { className?: string | undefined; children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const [scrolls, setScrolls] = useState(false);

  useEffect(() => {
    if (!place) return undefined;
    const look = () => setScrolls(place.scrollHeight > place.clientHeight);
    const observer = new ResizeObserver(look);
    observer.observe(place);
    for (const child of place.children) observer.observe(child);
    return () => observer.disconnect();
  }, [place]);

  return <DialogContent className={className} ref={setPlace} tabIndex={scrolls ? 0 : undefined}>{children}</DialogContent>;
}
