import { formatReference } from '../image/reference.ts';
import { type Deliveries, rememberedMs } from '../webhook/deliveries.ts';
import type { ImagePushed } from '../webhook/event.ts';

export function createMemoryDeliveries({ maxPending }: { readonly maxPending: number }): Deliveries {
  const pending = new Map<string, ImagePushed>();
  const seenAt = new Map<string, number>();
  return {
    accept: async ({ deliveryId, senderId, images, receivedAt }) => {
      const events = images.map(image => ({ deliveryId, image }));
      const more = events.filter(({ image }) => !pending.has(formatReference(image))).length;
      if (more > 0 && pending.size + more > maxPending) return 'full';
      if (senderId !== undefined) {
        const at = seenAt.get(senderId);
        if (at !== undefined && at >= receivedAt - rememberedMs) return 'duplicate';
        seenAt.set(senderId, receivedAt);
      }
      for (const event of events) pending.set(formatReference(event.image), event);
      return 'accepted';
    },
    settle: async ({ deliveryId, image }) => {
      const name = formatReference(image);
      if (pending.get(name)?.deliveryId === deliveryId) pending.delete(name);
    },
    pending: async () => [...pending.values()],
  };
}
