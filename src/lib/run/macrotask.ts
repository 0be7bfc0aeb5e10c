/**
 * A way to let messages arrive: each call resolves one turn of the event loop later. It goes through a message channel,
 * since timers are held back to one a second and less in hidden tabs.
 */
export function macrotasks(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()!();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}
