/** A part of the screen that broke says so, and can be opened again; the rest goes on. Another `key` starts it anew. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { Component, type ReactNode } from 'react';

import { useT } from '../i18n';

export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return <Broken error={this.state.error} onRetry={() => this.setState({ error: null })} />;
  }
}

const useStyles = makeStyles({
  centre: {
    flexGrow: 1,
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalXXL,
    textAlign: 'center',
  },
  detail: { color: tokens.colorNeutralForeground3, fontFamily: tokens.fontFamilyMonospace },
});

/** What browsers say of a part of the page that they could not fetch, each in its words. */
const NOT_FETCHED = /dynamically imported module|importing a module script/i;

function Broken({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const styles = useStyles();
  const t = useT();
  // It is not fetched again by the page that has once failed to.
  if (NOT_FETCHED.test(error.message)) {
    return (
      <div role="alert" className={styles.centre}>
        <Text align="center" size={500} weight="semibold">{t('error.notLoaded')}</Text>
        <Text align="center">{t('error.notLoadedHint')}</Text>
        <Button appearance="primary" onClick={() => location.reload()}>{t('error.reload')}</Button>
      </div>
    );
  }
  return (
    <div role="alert" className={styles.centre}>
      <Text align="center" size={500} weight="semibold">{t('error.broken')}</Text>
      <Text align="center">{t('error.brokenHint')}</Text>
      <Text align="center" size={200} className={styles.detail}>{error.message}</Text>
      <div>
        <Button appearance="primary" onClick={onRetry}>{t('common.tryAgain')}</Button>{' '}
        <Button onClick={() => location.reload()}>{t('error.reload')}</Button>
      </div>
    </div>
  );
}
