// How does the framed page talk to the page around it? Through one MessagePort, accepted only from the window that
// frames us and only from an origin the service has listed for this organisation.

export type ToHost =
  | { type: 'ready' }
  | { type: 'close' }
  | { type: 'exit'; url: string }
  | { type: 'unread'; count: number };

export class Host {
  private port: MessagePort | null = null;
  private waiting: ToHost[] = [];

  constructor(
    private readonly origins: readonly string[],
    /** The frame has just been shown: take the focus in. */
    private readonly shown: () => void,
  ) {}

  listen(): void {
    window.addEventListener('message', event => {
      const [port] = event.ports;
      if (event.source !== window.parent || !this.origins.includes(event.origin) || !port || this.port)
        return;
      this.port = port;
      port.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'object' && data !== null && (data as { type?: unknown }).type === 'shown')
          this.shown();
      };
      for (const message of this.waiting.splice(0)) port.postMessage(message);
    });
    this.tell({ type: 'ready' });
  }

  get isConnected(): boolean {
    return this.port !== null;
  }

  tell(message: ToHost): void {
    if (this.port) this.port.postMessage(message);
    else if (message.type === 'ready') this.waiting.push(message);
  }

  /** True when the page around us was asked to go. */
  exit(url: string): boolean {
    if (!this.port) return false;
    this.port.postMessage({ type: 'exit', url } satisfies ToHost);
    return true;
  }
}
