/** A WebSocket that the test holds the other end of. */
import type { Frame } from '../live/state';

export class FakeSocket extends EventTarget {
  /** Those that were opened, the last one last. */
  static all: FakeSocket[] = [];
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!;
  }

  close(): void {}

  say(...frames: Frame[]): void {
    for (const frame of frames) this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
  }

  /** What a connection says when it is whole. */
  live(token = 't'): void {
    this.say({ token, changeType: 'updated', resource: 'me', resourceData: null });
  }

  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}
