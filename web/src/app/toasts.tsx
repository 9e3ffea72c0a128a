/** Short notes at the edge of the screen: what was done, and what did not work. */
import {
  Button,
  Toast,
  ToastBody,
  Toaster,
  ToastFooter,
  ToastTitle,
  useToastController,
} from '@fluentui/react-components';
import { useEffect, useSyncExternalStore } from 'react';

import { explain } from '../api/explain';
import type { Failure } from '../api/failure';
import { t } from '../i18n';

const TOASTER = 'visavis';
/** How far from the edges: beside the bar of areas, and on a phone above it. */
const EDGE_PX = 16;
const BESIDE_PX = 88;
const ABOVE_PX = 72;

const narrow = matchMedia('(max-width: 639px)');
function onWidth(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}

interface Note {
  readonly intent: 'success' | 'error' | 'info';
  readonly title: string;
  readonly body?: string;
  readonly undo?: { label: string; run: () => void };
}

let dispatch: ((note: Note) => void) | null = null;

export function toast(note: Note): void {
  dispatch?.(note);
}

/** Says why something did not work, in words that tell what to do. */
export function toastFailure(failure: Failure): void {
  const { title, hint } = explain(failure, t);
  toast({ intent: 'error', title, ...(hint ? { body: hint } : {}) });
}

export function ToastHost() {
  const { dispatchToast, dismissToast } = useToastController(TOASTER);
  useEffect(() => {
    dispatch = ({ intent, title, body, undo }) => {
      const toastId = `toast-${performance.now()}`;
      dispatchToast(
        <Toast>
          <ToastTitle>{title}</ToastTitle>
          {body && <ToastBody>{body}</ToastBody>}
          {undo && (
            <ToastFooter>
              <Button size="small" onClick={() => { dismissToast(toastId); undo.run(); }}>{undo.label}</Button>
            </ToastFooter>
          )}
        </Toast>,
        { intent, toastId, politeness: intent === 'error' ? 'assertive' : 'polite', timeout: intent === 'error' || undo ? 8_000 : 4_000, pauseOnHover: true },
      );
    };
    return () => {
      dispatch = null;
    };
  }, [dispatchToast, dismissToast]);
  const isNarrow = useSyncExternalStore(onWidth, () => narrow.matches);
  return <Toaster toasterId={TOASTER} position="bottom-start" offset={isNarrow ? { horizontal: EDGE_PX, vertical: ABOVE_PX } : { horizontal: BESIDE_PX, vertical: EDGE_PX }} />;
}
