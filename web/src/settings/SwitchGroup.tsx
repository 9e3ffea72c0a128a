/** Several switches under one heading. A field of Fluent's is for one control: it would give all the same id. */
import { Label, Text } from '@fluentui/react-components';
import { type ReactNode, useId } from 'react';

import { useSectionStyles } from './sectionStyles';

export function SwitchGroup({ label, hint, children }: { label: string; hint: string; children: ReactNode }) {
  const styles = useSectionStyles();
  const id = useId();
  return (
    <div role="group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-hint`}>
      <Label id={`${id}-label`}>{label}</Label>
      <div className={styles.switches}>{children}</div>
      <Text id={`${id}-hint`} block size={200} className={styles.quiet}>{hint}</Text>
    </div>
  );
}
