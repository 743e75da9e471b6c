/** A result as a person reads it in five seconds. Plain text: whoever sends it on escapes it. */
export interface Digest {
  title: string
  /** False where something is wrong: a gate, a finding, an alarm, something that could not be read. */
  ok: boolean
  lines: readonly string[]
  next?: string | undefined
}
