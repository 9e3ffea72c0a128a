/** The whole page: colours and language around, then whatever the address asks for. */
import { FluentProvider, makeStaticStyles, makeStyles, PortalMountNodeProvider, tokens } from '@fluentui/react-components';
import { useEffect } from 'react';

import { useAccounts } from '../accounts/accounts';
import { useLocale, useT } from '../i18n';
import { Announcer } from './Announcer';
import { ErrorBoundary } from './ErrorBoundary';
import { floatingPlace } from './floatingPlace';
import { usePreferences } from './preferences';
import { Screens } from './Screens';
import { SHORT } from './short';
import { StartScreen } from './StartScreen';
import { keepFilesOut } from './strayFiles';
import { themes, useThemeName } from './theme';
import { ToastHost } from './toasts';

/**
 * Margins belong to layouts, not to headings. Menus and dialogs are no part of the page's own element: long words
 * break there, too; what is on a button breaks only where nothing else is left to give way. Whoever wants no motion gets none, above what components say of themselves; but a note that goes
 * by itself counts its time by an animation that nobody sees, which is not to be over at once.
 */
const useReset = makeStaticStyles([
  { 'h1, h2, h3, h4': { hyphens: 'auto' }, 'h1, h2, h3, h4, p, ul, ol, dl, dd, figure': { margin: 0 }, '#floating': { overflowWrap: 'anywhere' }, '.fui-Button': { overflowWrap: 'break-word' } },
  // As text: rules inside of a condition are left out of objects.
  `@media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { transition-duration: 0s !important; transition-delay: 0s !important; scroll-behavior: auto !important; }
    *:not([data-timer-status]), *::before, *::after { animation-duration: 0.01ms !important; animation-iteration-count: 1 !important; }
  }`,
]);

const useStyles = makeStyles({
  page: {
    blockSize: '100dvh',
    display: 'flex',
    flexDirection: 'column',
    overflow: 'hidden',
    [SHORT]: { overflowY: 'auto' },
    backgroundColor: tokens.colorNeutralBackground3,
    color: tokens.colorNeutralForeground1,
    // Long words, such as addresses, break rather than push the screen wide.
    overflowWrap: 'anywhere',
  },
});

export function App() {
  useReset();
  const styles = useStyles();
  const t = useT();
  const themeName = useThemeName();
  const { density } = usePreferences();
  const { language, direction } = useLocale();
  const { state, sessions } = useAccounts();

  useEffect(() => {
    const html = document.documentElement;
    html.lang = language;
    html.dir = direction;
    html.style.colorScheme = themeName === 'light' ? 'light' : 'dark';
    // The provider paints its own element; the page around it must not flash.
    document.body.style.margin = '0';
    floatingPlace()?.setAttribute('aria-label', t('frame.floating'));
    document.body.style.backgroundColor = themes[themeName].colorNeutralBackground3;
  }, [language, direction, themeName, t]);

  useEffect(() => {
    let stop = () => {};
    let isGone = false;
    // Nothing vanishes before somebody has pressed something: it need not come first. Without it the page works as well.
    void import('./keepFocus').then(({ keepFocus }) => {
      if (!isGone) stop = keepFocus();
    }, () => {});
    return () => {
      isGone = true;
      stop();
    };
  }, []);
  useEffect(keepFilesOut, []);

  return (
    <FluentProvider theme={themes[themeName]} dir={direction}>
      <PortalMountNodeProvider value={floatingPlace()}>
        <div className={styles.page} data-density={density} data-theme={themeName}>
          <ErrorBoundary>
            <ToastHost />
            <Announcer />
            {state === 'ready' ? <Screens sessions={sessions} /> : <StartScreen state={state} />}
          </ErrorBoundary>
        </div>
      </PortalMountNodeProvider>
    </FluentProvider>
  );
}
