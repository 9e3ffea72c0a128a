/** Which screen an address shows. */
import { lazy, Suspense, useEffect } from 'react';

import { AccountProvider } from '../accounts/AccountContext';
import type { Session } from '../accounts/session';
import { ChatScreen } from '../chat/ChatScreen';
import { SignInScreen } from '../signIn/SignInScreen';
import { ErrorBoundary } from './ErrorBoundary';
import { Frame } from './Frame';
import { Loading } from './Loading';
import { href, navigate, usePath } from './router';

/** Most people never open these: they are fetched when somebody does. */
const AdminScreen = lazy(() => import('../admin/AdminScreen'));
const SettingsScreen = lazy(() => import('../settings/SettingsScreen'));

export function Screens({ sessions }: { sessions: readonly Session[] }) {
  const [root, accountId, area = 'chats', ...rest] = usePath();
  const isSigningIn = root === 'sign-in' || sessions.length === 0;
  const session = root === 'u' ? sessions.find((one) => one.id === accountId) : undefined;
  const first = sessions[0];

  useEffect(() => {
    // An address of an account that is not signed in, or none at all: the first account's chats.
    if (!isSigningIn && !session && first) navigate(href('u', first.id, 'chats'), { replace: true });
  }, [isSigningIn, session, first]);

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
