/** What the servers read of Pipedrive API v2. */
export interface WireDeal {
  readonly id: number;
  readonly title: string;
  readonly status: string;
  readonly value: number;
  readonly currency: string;
  readonly stage_id: number;
  readonly person_id: number;
  readonly org_id: number;
}

export interface WireNamed {
  readonly id: number;
  readonly name: string;
}

export interface WireLine extends WireNamed {
  readonly deal_id: number;
  readonly quantity: number;
}

export interface Envelope<T> {
  readonly data: T;
  readonly additional_data?: { readonly next_cursor: string | null };
}
