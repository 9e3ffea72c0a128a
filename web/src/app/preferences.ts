/** What a person chose about how things look on this device. Nothing here is secret. */
import { useSyncExternalStore } from 'react';

import { chooseLanguage } from '../i18n/locale';

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark' | 'highContrast';
  readonly density: 'comfortable' | 'compact';
  /** A language, or `system`. */
  readonly language: string;
  /** Whether new messages are announced by the browser while the page is in the background. */
  readonly notifies: boolean;
  /** Whether a send is by Enter; else Enter starts a line and Ctrl+Enter sends. */
  readonly sendsByEnter: boolean;
}

const STORAGE_KEY = 'visavis.preferences';
const usual: Preferences = { theme: 'system', density: 'comfortable', language: 'system', notifies: false, sendsByEnter: true };
const listeners = new Set<() => void>();
let current = read();

export function preferences(): Preferences {
  return current;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  } catch {
    // A full or forbidden storage: the choice holds until the page is closed.
  }
  announce();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function announce(): void {
  chooseLanguage(current.language);
  for (const listener of listeners) listener();
}

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    return { ...usual, ...(stored as Partial<Preferences>) };
  } catch {
    return usual;
  }
}

/** Another tab changed them. */
if (typeof addEventListener === 'function') {
  addEventListener('storage', (event) => {
    if (event.key !== STORAGE_KEY) return;
    current = read();
    announce();
  });
}
chooseLanguage(current.language);
