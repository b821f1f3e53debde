import type { ImageReference } from '../image/reference.ts';
import type { AuthenticationPreset } from './authentication.ts';
import type { HookRequest } from './request.ts';
import type { SampleContext, SampleDelivery } from './sample.ts';

/** Understands one sender's deliveries. Pure: no network, no clock. */
export interface Sender {
  /** As the configuration names it, e.g. `docker-hub`. */
  readonly name: string;
  /** How it can prove who it is; the first is the default. */
  readonly authentications: readonly AuthenticationPreset[];
  /** Which options change what its deliveries mean; the others are a mistake. */
  readonly reads: readonly SenderOption[];
  /**
   * Only called once the request is authenticated.
   *
   * @throws GopdaterError `DELIVERY_INVALID`; its message names the field; `DELIVERY_FORMAT_UNKNOWN`
   */
  parse(request: HookRequest, options: SenderOptions): ParsedDelivery;
  /** A small delivery, as it would announce this image; one that it cannot announce comes out as another. */
  sample(image: ImageReference, context: SampleContext): SampleDelivery;
}

/** What a sender does not say itself, from the configuration. */
export interface SenderOptions {
  /** The registry's `host[:port]`: wins over what the delivery says, where the registry is reached otherwise. */
  readonly host?: string | undefined;
  /** For Nexus and Artifactory: the `host[:port][/path]` of each of their repositories, by its key. */
  readonly hosts?: Readonly<Record<string, string>> | undefined;
  /** For builds that name no image: which images a successful one has pushed. */
  readonly builds?: readonly BuildRule[] | undefined;
}

export type SenderOption = keyof SenderOptions;

/** A successful build of this repository at this ref, by this workflow, has pushed these images. */
export interface BuildRule {
  /** e.g. `octo-org/web`, `group/project` */
  readonly repository: string;
  /** A branch or a tag; `*` stands for any characters. */
  readonly ref: string;
  /** For GitHub: the file's path, its name, or the workflow's name. Any if left out. */
  readonly workflow?: string | undefined;
  /** Each with its tag. */
  readonly images: readonly ImageReference[];
}

/** What an authenticated delivery says. With nothing pushed and nothing to answer it is fine, and done. */
export interface ParsedDelivery {
  /** The sender's own, the same each time it tries again; `undefined` if it has none. */
  readonly deliveryId?: string | undefined;
  /** When it happened, if it says: milliseconds since 1970. */
  readonly time?: number | undefined;
  readonly pushed: readonly PushedImage[];
  /** Docker Hub: where the outcome may be told; its own host, and the pushed repository's hook. */
  readonly callbackUrl?: string | undefined;
  /** Services that it asks to look after by name. */
  readonly services?: readonly NamedService[];
  /** Why what else it holds is not for us, one reason for each. */
  readonly ignored: readonly string[];
  /** What the sender wants to hear. */
  readonly answer?: HookAnswer;
}

/** A hint: the registry itself is asked before anything is done. */
export interface PushedImage {
  /** Always with a tag, never with a digest. */
  readonly image: ImageReference;
  /** What the sender believes the tag to be now. */
  readonly digest?: string | undefined;
  /** The sender has put the tag in lower case: it stands for any spelling of it. */
  readonly isTagLowerCased?: boolean;
  /** Of several tags that were pushed at once the sender may name just this one: any of the repository may have moved. */
  readonly isOneOfSeveral?: boolean;
}

export interface NamedService {
  readonly project: string;
  readonly service: string;
}

export type HookAnswer =
  /** It only asks whether somebody is there. */
  | { readonly kind: 'pong' }
  /** Amazon SNS: get this URL, and nothing else, to be subscribed. */
  | { readonly kind: 'confirm'; readonly url: string }
  /** CloudEvents: may this origin send? */
  | { readonly kind: 'handshake'; readonly origin: string };
