/** One signed-in account with all that belongs to it: nothing is shared between two of them. */
import { QueryClient } from '@tanstack/react-query';

import { type Api, answer, createApi, RefusedError } from '../api/client';
import { type Failure, isSignedOut, isTransient } from '../api/failure';
import type { User } from '../api/schema.gen';
import { Drafts } from '../live/drafts';
import { LiveStore } from '../live/liveStore';
import { handOverMarks } from '../live/marks';
import { Outbox } from '../live/outbox';
import { Pictures } from '../live/pictures';
import { PresenceWatch } from '../live/presence';
import { Blocks } from './blocks';
import { startNotifier } from './notifier';
import { startSpeaker } from './speaker';

/** What stands for the home of personal accounts where an organisation is named. */
export const PERSONAL_REALM = '9188040d-6c67-4c5b-b112-36a304b66dad';
const QUERY_TRIES_MAX = 2;

export class Session {
  readonly user: User;
  readonly api: Api;
  readonly live: LiveStore;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly pictures = new Pictures();
  readonly blocks: Blocks;
  private readonly presence: PresenceWatch;
  private telling: readonly (() => void)[] = [];
  /** For screens that fetch rather than follow: directories, settings, administration. */
  readonly queries: QueryClient;

  constructor(user: User) {
    this.user = user;
    this.api = createApi(user.id, '', () => this.live.suspect());
    this.live = new LiveStore(user.id, this.api);
    this.outbox = new Outbox(user.id, this.api, this.live);
    this.drafts = new Drafts(user.id);
    this.blocks = new Blocks(this.api, this.live, () => void this.queries.invalidateQueries({ queryKey: ['blocked'] }));
    this.presence = new PresenceWatch(this.api, this.live);
    this.queries = new QueryClient({
      defaultOptions: {
        queries: {
          staleTime: 30_000,
          retry: (tries, error) => error instanceof RefusedError && isTransient(error.failure) && tries < QUERY_TRIES_MAX,
        },
      },
    });
  }

  get id(): string {
    return this.user.id;
  }

  get isPersonal(): boolean {
    return this.user.tenantId === PERSONAL_REALM;
  }

  /** Whether the account may see any of the administration centre. */
  get isAdministrator(): boolean {
    return (this.user.roles ?? []).length > 0;
  }

  /** Whether something that was written would be lost with the page: images, and what the storage has no room for. */
  get wouldLose(): boolean {
    return this.pictures.get().size > 0 || !this.drafts.isKept() || !this.outbox.isKept();
  }

  start(): void {
    this.live.start();
    this.outbox.start();
    void handOverMarks(this.id, this.api);
    this.presence.start();
    this.blocks.start();
    this.telling = [startNotifier(this), startSpeaker(this)];
  }

  /**
   * Ends the session on the server and forgets what it kept on this device. Unless the server says so
   * it has not ended: the cookie is out of reach, and whoever opens the page next would be let in.
   */
  async signOut(): Promise<Failure | null> {
    const done = await answer(this.api.POST('/v1.0/auth/signOut'));
    if (!done.ok && !isSignedOut(done.failure)) return done.failure;
    this.forget();
    this.close();
    return null;
  }

  /** Forgets what it kept on this device, for good. */
  forget(): void {
    this.outbox.clear();
    this.drafts.clear();
  }

  close(): void {
    for (const end of this.telling) end();
    this.presence.stop();
    this.blocks.stop();
    this.outbox.stop();
    this.drafts.close();
    this.live.stop();
    this.queries.clear();
  }
}
