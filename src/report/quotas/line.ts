/** The busiest minute beside what is allowed in one. */
export interface QuotaPeak {
  /** Tokens as they count against the quota, or requests. */
  peak: number
  quota: number
  /** Null for a quota of 0, which allows nothing. */
  usedPercent: number | null
  at: string
}

/** How near a model came to its quotas; null where none is truly known, or CloudWatch tells no use. */
export interface QuotaLine {
  region: string
  model: string
  /** Other ids under which the same model was called, which draw on the same quotas and are counted here. */
  sharedWith?: string[]
  tokensPerMinute: QuotaPeak | null
  requestsPerMinute: QuotaPeak | null
}
