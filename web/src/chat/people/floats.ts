/** Where there is no room beside the conversation, the panel of people lies over it. */
import { useSyncExternalStore } from 'react';

const WIDTH = '(max-width: 1099px)';
export const FLOATS = `@media ${WIDTH}`;

const narrow = matchMedia(WIDTH);
function onWidth(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}

export function useFloats(): boolean {
  return useSyncExternalStore(onWidth, () => narrow.matches);
}
