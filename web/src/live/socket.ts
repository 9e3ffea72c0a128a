/**
 * The one WebSocket of an account: it resumes where it stopped, waits longer after each failure,
 * and says what its end meant.
 */
import type { Frame } from './state';

export interface SocketEvents {
  /** Nothing is missing from now on; nor before, if the connection went on where another had stopped. */
  onLive: (isResumed: boolean) => void;
  onFrame: (frame: Frame) => void;
  /** The connection is gone and will be tried again. */
  onLost: () => void;
  /** Too much was missed: everything is to be fetched. */
  onOutdated: () => void;
  onSignedOut: () => void;
}

/** Close codes of the server; docs of `GET /me/notifications`. */
const RESUME = 4000;
const TOKEN_TOO_OLD = 4001;
const SIGNED_OUT = 4003;
/** What browsers say of a connection that broke, or never was one. */
const ABNORMAL = 1006;

const WAIT_MS_MIN = 500;
const WAIT_MS_MAX = 30_000;
/** A connection that says nothing for so long is none: browsers would wait for minutes. */
const LIVE_MS_MAX = 15_000;
/** Failures in a row after which it is asked whether the session still exists. */
const DOUBT_AFTER = 2;

export class Socket {
  private socket: WebSocket | null = null;
  private token: string | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Ends a connection that does not come about. */
  private patience: ReturnType<typeof setTimeout> | null = null;
  private isStopped = false;
  private isResumed = false;
  private readonly url: (since: string | null) => string;
  private readonly events: SocketEvents;
  private readonly isSignedIn: () => Promise<boolean>;

  constructor(url: (since: string | null) => string, events: SocketEvents, isSignedIn: () => Promise<boolean>) {
    this.url = url;
    this.events = events;
    this.isSignedIn = isSignedIn;
  }

  start(): void {
    addEventListener('online', this.hurry);
    addEventListener('offline', this.drop);
    document.addEventListener('visibilitychange', this.hurry);
    this.open();
  }

  stop(): void {
    this.isStopped = true;
    removeEventListener('online', this.hurry);
    removeEventListener('offline', this.drop);
    document.removeEventListener('visibilitychange', this.hurry);
    if (this.timer) clearTimeout(this.timer);
    this.calm();
    this.socket?.close();
    this.socket = null;
  }

  /**
   * The server leaves a request without an answer: whether it still is there, a connection that goes on
   * where this one stopped will tell.
   */
  suspect(): void {
    // One that is not whole yet is being waited for.
    if (this.patience === null) this.drop();
  }

  private open(): void {
    if (this.isStopped || this.socket) return;
    this.timer = null;
    this.isResumed = this.token !== null;
    const socket = new WebSocket(this.url(this.token));
    this.socket = socket;
    this.patience = setTimeout(() => this.late(socket), LIVE_MS_MAX);
    socket.addEventListener('message', ({ data }) => this.read(socket, String(data)));
    socket.addEventListener('close', ({ code }) => this.closed(socket, code));
  }

  private read(socket: WebSocket, text: string): void {
    if (socket !== this.socket) return;
    const frame = JSON.parse(text) as Frame;
    if (frame.token) this.token = frame.token;
    if (frame.resource === 'me') {
      this.failures = 0;
      this.calm();
      const { isResumed } = this;
      this.isResumed = true;
      this.events.onLive(isResumed);
    } else {
      this.events.onFrame(frame);
    }
  }

  private closed(socket: WebSocket, code: number): void {
    if (socket !== this.socket || this.isStopped) return;
    this.socket = null;
    this.calm();
    if (code === SIGNED_OUT) {
      this.isStopped = true;
      return this.events.onSignedOut();
    }
    if (code === TOKEN_TOO_OLD) {
      this.token = null;
      this.events.onOutdated();
      return this.again(0);
    }
    this.events.onLost();
    if (code === RESUME) return this.again(0);
    this.failures += 1;
    if (this.failures >= DOUBT_AFTER) void this.doubt();
    this.again(this.failures);
  }

  private late(socket: WebSocket): void {
    this.closed(socket, ABNORMAL);
    socket.close();
  }

  private calm(): void {
    if (this.patience) clearTimeout(this.patience);
    this.patience = null;
  }

  /** A refused upgrade looks like any failure to a page; a plain request tells what it was. */
  private async doubt(): Promise<void> {
    if (await this.isSignedIn()) return;
    this.stop();
    this.events.onSignedOut();
  }

  private again(failures: number): void {
    const longest = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** failures);
    // Spread out, so that a server that comes back is not met by everybody at once.
    const wait = longest / 2 + Math.random() * (longest / 2);
    this.timer = setTimeout(() => this.open(), wait);
  }

  /** The network is back, or somebody looks at the page again: do not wait. */
  private readonly hurry = (): void => {
    if (document.visibilityState === 'hidden' || this.socket || this.isStopped) return;
    if (this.timer) clearTimeout(this.timer);
    this.failures = 0;
    this.open();
  };

  /** Browsers keep a dead socket for minutes after the network went away. */
  private readonly drop = (): void => {
    const socket = this.socket;
    if (!socket) return;
    this.socket = null;
    this.calm();
    socket.close();
    this.events.onLost();
    this.again(this.failures);
  };
}
