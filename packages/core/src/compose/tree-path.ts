/** Where a walk through a tree is; no text is made of it unless a message needs one. */
export class TreePath {
  private readonly keys: (string | number)[];

  constructor(...keys: readonly string[]) {
    this.keys = [...keys];
  }

  enter(key: string | number): void {
    this.keys.push(key);
  }

  leave(): void {
    this.keys.pop();
  }

  /** `services.web.ports.0` */
  toString(): string {
    return this.keys.join('.');
  }
}
