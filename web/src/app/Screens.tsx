/** Which screen an address shows. */
import { lazy, Suspense, useEffect } from 'react';

import { AccountProvider } from '../accounts/AccountContext';
import type { Session } from '../accounts/session';
import { ChatScreen } from '../chat/ChatScreen';
import { SignInScreen } from '../signIn/SignInScreen';
import { useT } from '../i18n';
import { openingFor, remember } from './asked';
import { ErrorBoundary } from './ErrorBoundary';
import { Frame } from './Frame';
import { Loading } from './Loading';
import { navigate, usePath } from './router';
import { toast } from './toasts';

/** Most people never open these: they are fetched when somebody does. */
const AdminScreen = lazy(() => import('../admin/AdminScreen'));
const SettingsScreen = lazy(() => import('../settings/SettingsScreen'));

export function Screens({ sessions }: { sessions: readonly Session[] }) {
  const t = useT();
  const path = usePath();
  const [root, accountId, area = 'chats', ...rest] = path;
  const isSigningIn = root === 'sign-in' || sessions.length === 0;
  const session = root === 'u' ? sessions.find((one) => one.id === accountId) : undefined;

  useEffect(() => {
    if (!isSigningIn && !session) {
      const opening = openingFor(path, location.search, sessions);
      if (!opening) return;
      navigate(opening.to, { replace: true });
      if (opening.isForeign) toast({ intent: 'info', title: t('frame.otherAccount', { name: opening.session.user.displayName }), body: t('frame.otherAccountHint') });
    }
    remember(sessions);
  }, [isSigningIn, session, sessions, path, t]);

  if (isSigningIn) return <SignInScreen isFurther={sessions.length > 0} />;
  if (!session) return <Loading />;
  return (
    <AccountProvider session={session}>
      <Frame sessions={sessions} area={area}>
        <ErrorBoundary key={area}>
          <Suspense fallback={<Loading />}>
            {area === 'settings' ? (
              <SettingsScreen section={rest[0]} />
            ) : area === 'admin' && !session.isPersonal ? (
              <AdminScreen path={rest} />
            ) : (
              <ChatScreen sessions={sessions} path={area === 'chats' ? rest : []} isNew={area === 'new'} />
            )}
          </Suspense>
        </ErrorBoundary>
      </Frame>
    </AccountProvider>
  );
}
