/** What was used on a full day, in any unit; days are counted, so that those a week apart are seven apart. */
export interface DayUse {
  day: number
  use: number
}

/** A day, or the rest of one (0 to 1), of which nothing is known yet. */
export interface DayAhead {
  day: number
  part: number
}

/** What the days ahead come to together. The truth is within `margin` of it as often as `LEVEL` says, as far as the days ahead are like those before. */
export interface Outlook {
  expected: number
  margin: number
}

export const LEVEL = 0.8
/** Of each weekday, so many: with fewer their spread is not known. */
const LEAST_OF_A_WEEKDAY = 3

/**
 * Each weekday by its own mean, with one rate of growth for all of them, which is found by least squares on the days less these means. Each
 * weekday has its own spread, too: a quiet Sunday says nothing about Mondays. The variance of the sum is that of the days
 * themselves, of the means and of the growth; its quantile is Student's, with the degrees of freedom of Welch and Satterthwaite,
 * since there are few days of each weekday. Undefined where there are fewer than three of a weekday.
 */
export function outlook(days: readonly DayUse[], ahead: readonly DayAhead[]): Outlook | undefined {
  const weekdays = Array.from({ length: 7 }, (_, weekday) =>
    ofWeekday(days.filter(({ day }) => weekdayOf(day) === weekday)),
  )
  if (weekdays.some(({ count }) => count < LEAST_OF_A_WEEKDAY)) return undefined
  const weight = sum(weekdays.map(({ mean, spread }) => mean * mean * spread))
  const growth = weight === 0 ? 0 : sum(weekdays.map(({ mean, slope }) => mean * slope)) / weight
  let [expected, reach] = [0, 0]
  const parts = weekdays.map(() => ({ squares: 0, all: 0 }))
  for (const { day, part } of ahead) {
    const [own, ofWeekday] = [parts[weekdayOf(day)], weekdays[weekdayOf(day)]]
    if (!own || !ofWeekday) continue
    const { mean, middle } = ofWeekday
    expected += part * Math.max(0, mean * (1 + growth * (day - middle)))
    reach += part * mean * (day - middle)
    own.squares += part * part
    own.all += part
  }
  const variances = weekdays.map(({ days, count, mean, middle, spread }, weekday) => {
    const freedom = count - 1 - 1 / 7
    const rest = sum(days.map(({ day, use }) => (use - mean * (1 + growth * (day - middle))) ** 2))
    const { squares, all } = parts[weekday] ?? { squares: 0, all: 0 }
    const ofGrowth = weight === 0 ? 0 : (reach / weight) ** 2 * mean * mean * spread
    return { variance: (rest / freedom) * (squares + all ** 2 / count + ofGrowth), freedom }
  })
  const variance = sum(variances.map((one) => one.variance))
  if (variance === 0) return { expected, margin: 0 }
  const freedom = variance ** 2 / sum(variances.map((one) => one.variance ** 2 / one.freedom))
  return { expected, margin: quantile(freedom) * Math.sqrt(variance) }
}

function ofWeekday(days: readonly DayUse[]) {
  const count = days.length
  // The mean of the days' own numbers, and below of these the sum of squares around it, and of products with their use.
  const middle = sum(days.map(({ day }) => day)) / count
  return {
    days,
    count,
    mean: sum(days.map(({ use }) => use)) / count,
    middle,
    spread: sum(days.map(({ day }) => (day - middle) ** 2)),
    slope: sum(days.map(({ day, use }) => (day - middle) * use)),
  }
}

function weekdayOf(day: number): number {
  return ((day % 7) + 7) % 7
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** The normal quantile of both tails of `LEVEL` together. */
const Z = 1.2815515655446004

/** Student's quantile at the same level, by the expansion of Cornish and Fisher: off by less than 1 % from two degrees of freedom on. */
function quantile(freedom: number): number {
  const terms = [
    (Z ** 3 + Z) / 4,
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96,
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384,
  ]
  return terms.reduce((total, term, index) => total + term / freedom ** (index + 1), Z)
}
