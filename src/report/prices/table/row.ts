/**
 * One line of the bundled table. `at` lists where the figures hold, parted by spaces:
 * - `list`: the model's base id, with no Region named; what such a price covers is judged in `places.ts`. Where the source gives
 *   the same figure for global routing and others for the geographies, it is the global one and stands as such alone;
 * - `global`, `us`, `eu` …: the system inference profile with that prefix;
 * - `us-east-1` …: the base id in that Region.
 *
 * `usd` is US dollars per million tokens, on demand, standard tier: input, output, cache read, cache write for five minutes,
 * cache write for an hour. Null or left out where the source has no figure.
 */
export interface TableRow {
  at: string
  usd: readonly (number | null)[]
}
