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
import { useEffect } from 'react';

import { explain } from '../api/explain';
import type { Failure } from '../api/failure';
import { t } from '../i18n';

const TOASTER = 'visavis';

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
  return <Toaster toasterId={TOASTER} position="bottom-start" />;
}
