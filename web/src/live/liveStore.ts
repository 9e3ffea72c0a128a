/**
 * The live state of one account: what was fetched, changed by what is pushed, in one place that
 * components subscribe to.
 */
import { type Api, answer, nextToken } from '../api/client';
import { type Failure, isSignedOut, isTransient } from '../api/failure';
import type { ChatMessage } from '../api/schema.gen';
import { reduce } from './reducer';
import { parseResource } from './resource';
import { Socket } from './socket';
import { type Action, emptyState, type Frame, type LiveState, MESSAGES_KEPT, OLDER_UNKNOWN, type Versions } from './state';

const CHATS_PER_PAGE = 50;
const MESSAGES_PER_PAGE = MESSAGES_KEPT;
/** Chats that are fetched again at the same time. */
const REFETCH_AT_ONCE = 4;
/** How long one's own message may wait for the answer to its sending before it is shown as pushed. */
const HOLD_MS = 5_000;
const TICK_MS = 1_000;
/** How long to wait with a chat that could not be fetched, at first and at most. */
const REFETCH_AGAIN_MS_MIN = 3_000;
const REFETCH_AGAIN_MS_MAX = 30_000;
/** The first pause before a page of the list is asked for again, and the longest. */
const LIST_AGAIN_MS_MIN = 1_000;
const LIST_AGAIN_MS_MAX = 30_000;

export class LiveStore {
  private state: LiveState;
  private readonly listeners = new Set<() => void>();
  private queue: Action[] = [];
  private isScheduled = false;
  private readonly refetching = new Set<string>();
  /** Chats that are left alone for a while, since they could not be fetched. */
  private readonly resting = new Set<string>();
  /** Chats in a row that could not be fetched. */
  private refetchFailures = 0;
  private readonly sending = new Map<string, number>();
  private held: Frame[] = [];
  private socket: Socket | null = null;
  private ticker: ReturnType<typeof setInterval> | null = null;
  private isListing = false;
  /** Whether the list that is running began too early to be relied on. */
  private mustListAgain = false;
  /** Ends the pause between two tries to fetch a page of the list. */
  private listAwake: (() => void) | null = null;
  private isStopped = false;
  /** Chats whose newest messages are on their way, with how many times they were asked for. */
  private readonly opening = new Map<string, number>();
  private readonly onLive = new Set<() => void>();
  private readonly pushed = new Set<(frame: Frame) => void>();
  readonly accountId: string;
  private readonly api: Api;

  constructor(accountId: string, api: Api) {
    this.accountId = accountId;
    this.api = api;
    this.state = emptyState(accountId);
  }

  readonly get = (): LiveState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Called each time the connection is whole again. */
  whenLive(listener: () => void): () => void {
    this.onLive.add(listener);
    return () => this.onLive.delete(listener);
  }

  /** Called with each frame once the state has taken it: a new chat is there before its first message is told. */
  onPushed(listener: (frame: Frame) => void): () => void {
    this.pushed.add(listener);
    return () => this.pushed.delete(listener);
  }

  start(): void {
    if (this.socket) return;
    this.isStopped = false;
    this.socket = new Socket(
      (since) => this.address(since),
      {
        onLive: (isResumed) => this.live(isResumed),
        onFrame: (frame) => this.frame(frame),
        onLost: () => this.dispatch({ type: 'link', link: 'lost' }),
        onOutdated: () => this.dispatch({ type: 'outdated' }),
        onSignedOut: () => this.dispatch({ type: 'link', link: 'signedOut' }),
      },
      async () => {
        const me = await answer(this.api.GET('/v1.0/me'));
        return me.ok || !isSignedOut(me.failure);
      },
    );
    this.socket.start();
    this.ticker = setInterval(() => {
      if (this.state.typing.size > 0) this.dispatch({ type: 'tick', at: Date.now() });
    }, TICK_MS);
    void this.list();
  }

  /** A request has been without an answer for so long that the server may not be there any more. */
  suspect(): void {
    this.socket?.suspect();
  }

  stop(): void {
    this.isStopped = true;
    this.listAwake?.();
    this.socket?.stop();
    this.socket = null;
    if (this.ticker) clearInterval(this.ticker);
    this.listeners.clear();
  }

  /** Takes a change now; what is pushed waits for the next turn of the screen instead. */
  dispatch(...actions: Action[]): void {
    const queued = this.queue;
    this.queue = [];
    const next = reduce(this.state, [...queued, ...actions]);
    const isChanged = next !== this.state;
    this.state = next;
    if (isChanged) for (const listener of this.listeners) listener();
    for (const action of queued) if (action.type === 'frame') this.tell(action.frame);
    if (isChanged) this.refetchStale();
  }

  private tell(frame: Frame): void {
    for (const listener of this.pushed) listener(frame);
  }

  /** Says that somebody looks at a chat; returns how to say that they do not any more. */
  look(chatId: string): () => void {
    this.dispatch({ type: 'looked', chatId });
    return () => this.dispatch({ type: 'left', chatId });
  }

  /** Loads the newest messages of a chat, and its members; `isAfresh` when what is known of them may be outdated. */
  async open(chatId: string, isAfresh = false): Promise<boolean> {
    const since = this.versions(chatId);
    this.opening.set(chatId, (this.opening.get(chatId) ?? 0) + 1);
    this.dispatch({ type: 'opening', chatId });
    const [page] = await Promise.all([
      answer(this.api.GET('/v1.0/chats/{chat_id}/messages', {
        params: { path: { chat_id: chatId }, query: { $top: MESSAGES_PER_PAGE, $orderby: 'createdDateTime desc' } },
      })),
      this.state.chats.get(chatId)?.members ? null : this.refetch(chatId),
    ]);
    const others = this.opening.get(chatId)! - 1;
    if (others > 0) this.opening.set(chatId, others);
    else this.opening.delete(chatId);
    if (page.ok) this.dispatch({ type: 'opened', chatId, messages: page.value.value, older: nextToken(page.value), since, isAfresh });
    else if (others === 0) this.dispatch({ type: 'notOpened', chatId });
    return page.ok;
  }

  /** Loads the page before the oldest message that is there. */
  async loadOlder(chatId: string): Promise<boolean> {
    const older = () => this.state.chats.get(chatId)?.thread?.older;
    if (older() === OLDER_UNKNOWN && !(await this.open(chatId))) return false;
    const from = older();
    if (!from) return true;
    const page = await answer(this.api.GET('/v1.0/chats/{chat_id}/messages', {
      params: {
        path: { chat_id: chatId },
        query: { $top: MESSAGES_PER_PAGE, $orderby: 'createdDateTime desc', $skiptoken: from },
      },
    }));
    if (!page.ok) return false;
    this.dispatch({ type: 'olderLoaded', chatId, messages: page.value.value, older: nextToken(page.value), from });
    return true;
  }

  /** Fetches a chat with its members again; false when nobody could say how it is. */
  async refetch(chatId: string): Promise<boolean> {
    return (await this.fetchChat(chatId)) === null;
  }

  private async fetchChat(chatId: string): Promise<Failure | null> {
    const since = this.versions(chatId);
    const chat = await answer(this.api.GET('/v1.0/chats/{chat_id}', {
      params: { path: { chat_id: chatId }, query: { $expand: 'members,lastMessagePreview' } },
    }));
    if (chat.ok) this.dispatch({ type: 'fetched', chatId, chat: chat.value, since });
    else if (chat.failure.status === 404) this.dispatch({ type: 'fetched', chatId, chat: null, since });
    else return chat.failure;
    return null;
  }

  /** From here on own messages that are pushed wait for `sent`, so that none is shown twice. */
  willSend(chatId: string): void {
    this.sending.set(chatId, (this.sending.get(chatId) ?? 0) + 1);
  }

  /** The sending has ended, with the message if it went well. */
  sent(chatId: string, message: ChatMessage | null): void {
    const left = (this.sending.get(chatId) ?? 1) - 1;
    if (left > 0) this.sending.set(chatId, left);
    else this.sending.delete(chatId);
    const actions: Action[] = message ? [{ type: 'message', message }] : [];
    this.dispatch(...actions, ...this.released());
  }

  private live(isResumed: boolean): void {
    this.resting.clear();
    this.dispatch({ type: 'link', link: 'live' });
    if (!isResumed) this.fetchAfresh();
    else if (!this.state.isComplete) void this.list();
    for (const listener of this.onLive) listener();
  }

  /**
   * Push tells only of what happens from the first connection on: what happened between an earlier
   * fetch and that is told by nobody, so all that is shown is fetched again.
   */
  private fetchAfresh(): void {
    this.mustListAgain = this.isListing;
    void this.list();
    const loaded = [...this.state.chats].flatMap(([id, { thread }]) => (thread ? [id] : []));
    for (const id of new Set([...loaded, ...this.opening.keys()])) {
      void this.open(id, true).then((isThere) => {
        // Better nothing, which is fetched where it is looked at, than something with gaps.
        if (!isThere) this.dispatch({ type: 'closed', chatId: id });
      });
    }
  }

  /** Tries at once again to fetch the list, rather than when its time has come. */
  listNow(): void {
    this.listAwake?.();
  }

  /** Fetches the whole list of chats, page by page, and does not give up before it is there. */
  private async list(): Promise<void> {
    if (this.isListing) return this.listAwake?.();
    this.isListing = true;
    do {
      this.mustListAgain = false;
      await this.listOnce();
    } while (this.mustListAgain && !this.isStopped);
    this.isListing = false;
  }

  private async listOnce(): Promise<void> {
    const ids = new Set<string>();
    const since = new Map([...this.state.chats].map(([id, entry]) => [id, entry.touched]));
    let token: string | null = null;
    let failures = 0;
    do {
      const page: Awaited<ReturnType<typeof this.page>> = await this.page(token);
      if (this.isStopped) return;
      if (!page.ok) {
        if (isSignedOut(page.failure)) return this.dispatch({ type: 'link', link: 'signedOut' });
        failures += 1;
        this.dispatch({ type: 'listFailed' }, ...(this.state.link === 'connecting' ? [{ type: 'link', link: 'lost' } as const] : []));
        await this.listPause(failures, page.failure);
        // From the beginning if that is wanted anyway, or if this page cannot be had: its token may be too old.
        if (!isTransient(page.failure)) this.mustListAgain = true;
        if (this.mustListAgain) return;
        continue;
      }
      failures = 0;
      for (const chat of page.value.value) ids.add(chat.id);
      this.dispatch({ type: 'listed', chats: page.value.value, since });
      token = nextToken(page.value);
      if (!token) return this.dispatch({ type: 'listEnded', ids, since });
    } while (!this.isStopped);
  }

  /** Waits before a page is asked for again: as long as the server says, longer each time, or until somebody wants it. */
  private async listPause(failures: number, { retryAfterS }: Failure): Promise<void> {
    const wait = Math.min(LIST_AGAIN_MS_MAX, LIST_AGAIN_MS_MIN * 2 ** failures);
    // Spread out, so that a server that comes back is not met by everybody at once.
    const spread = wait / 2 + Math.random() * (wait / 2);
    await new Promise<void>((resume) => {
      const timer = setTimeout(resume, (retryAfterS ?? 0) * 1_000 + spread);
      this.listAwake = () => {
        clearTimeout(timer);
        resume();
      };
    });
    this.listAwake = null;
  }

  private page(token: string | null) {
    return answer(this.api.GET('/v1.0/chats', {
      params: {
        query: {
          $top: CHATS_PER_PAGE,
          $expand: 'members,lastMessagePreview',
          $orderby: 'lastMessagePreview/createdDateTime desc',
          ...(token ? { $skiptoken: token } : {}),
        },
      },
    }));
  }

  private frame(frame: Frame): void {
    if (this.mustWait(frame)) {
      this.tell(frame);
      this.held.push(frame);
      setTimeout(() => this.dispatch(...this.released(true)), HOLD_MS);
      return;
    }
    this.queue.push({ type: 'frame', frame, at: Date.now() });
    if (this.isScheduled) return;
    this.isScheduled = true;
    // Many messages in one turn are one change of the screen. Hidden pages have no animation frames.
    const flush = () => {
      this.isScheduled = false;
      this.dispatch();
    };
    if (document.visibilityState === 'visible') requestAnimationFrame(flush);
    else setTimeout(flush, 50);
  }

  private mustWait(frame: Frame): boolean {
    if (this.sending.size === 0 || frame.changeType !== 'created') return false;
    const resource = parseResource(frame.resource);
    if (resource.kind !== 'message' || !this.sending.has(resource.chatId)) return false;
    return (frame.resourceData as ChatMessage | null)?.from?.user?.id === this.accountId;
  }

  /** What was held and need not be any more. */
  private released(isAll = false): Action[] {
    const at = Date.now();
    const ready = this.held.filter((frame) => isAll || !this.mustWait(frame));
    this.held = this.held.filter((frame) => !ready.includes(frame));
    return ready.map((frame) => ({ type: 'frame', frame, at }));
  }

  private versions(chatId: string): Versions {
    return new Map([[chatId, this.state.chats.get(chatId)?.touched ?? 0]]);
  }

  private refetchStale(): void {
    if (this.isStopped || this.state.link !== 'live') return;
    for (const id of this.state.stale) {
      if (this.refetching.size >= REFETCH_AT_ONCE) return;
      if (this.refetching.has(id) || this.resting.has(id)) continue;
      this.refetching.add(id);
      void this.fetchChat(id).then((failure) => {
        this.refetchFailures = failure ? this.refetchFailures + 1 : 0;
        this.refetching.delete(id);
        if (failure) this.rest(id, failure);
        this.refetchStale();
      });
    }
  }

  /** Leaves a chat alone that could not be fetched: as long as the server says, longer each time, or until the connection is new. */
  private rest(id: string, { retryAfterS }: Failure): void {
    const wait = Math.min(REFETCH_AGAIN_MS_MAX, REFETCH_AGAIN_MS_MIN * 2 ** Math.floor(this.refetchFailures / REFETCH_AT_ONCE));
    this.resting.add(id);
    setTimeout(() => {
      this.resting.delete(id);
      this.refetchStale();
    }, Math.max(wait, (retryAfterS ?? 0) * 1_000));
  }

  private address(since: string | null): string {
    const url = new URL('/v1.0/me/notifications', location.origin);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('account', this.accountId);
    if (since) url.searchParams.set('since', since);
    return url.href;
  }
}
