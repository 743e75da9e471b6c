/** The first that the selector finds. Throws where there is none. */
export function one<Found extends Element = HTMLElement>(selector: string, within: ParentNode = document): Found {
  const found = within.querySelector<Found>(selector)
  if (!found) throw new Error(`no ${selector}`)
  return found
}

export function all<Found extends Element = HTMLElement>(selector: string, within: ParentNode = document): Found[] {
  return [...within.querySelectorAll<Found>(selector)]
}

const tip = document.createElement('div')
tip.id = 'tip'
tip.hidden = true
tip.setAttribute('aria-hidden', 'true')
document.body.append(tip)

function markOf(target: EventTarget | null): SVGElement | null {
  return target instanceof Element ? target.closest<SVGElement>('.at') : null
}

function showTip(mark: SVGElement): void {
  const colours = new Map(
    all('.legend li', mark.closest('.body') ?? document).map((entry) => [
      entry.textContent,
      one('rect', entry).getAttribute('fill'),
    ]),
  )
  const [title = '', ...lines] = (mark.dataset.tip ?? '').split('\n')
  const heading = document.createElement('b')
  heading.textContent = title
  const rows = lines.map((line) => {
    const [row, name, value] = ['div', 'span', 'span'].map((tag) => document.createElement(tag))
    const at = line.lastIndexOf(': ')
    if (!row || !name || !value) return ''
    name.textContent = at < 0 ? line : line.slice(0, at)
    value.textContent = at < 0 ? '' : line.slice(at + 2)
    const colour = colours.get(name.textContent)
    if (colour) name.style.setProperty('--swatch', colour)
    row.append(name, value)
    return row
  })
  tip.replaceChildren(heading, ...rows)
  tip.hidden = false
  const { left, right, top, bottom } = one<SVGElement>('.hit', mark).getBoundingClientRect()
  const { width, height } = tip.getBoundingClientRect()
  const most = document.documentElement.clientWidth - width - 6
  tip.style.left = `${Math.max(6, Math.min(most, (left + right - width) / 2))}px`
  tip.style.top = `${top - height - 6 > 0 ? top - height - 6 : bottom + 6}px`
}

/** But what has the focus keeps its own. */
function hideTip(): void {
  const focused = markOf(document.activeElement)
  if (focused) showTip(focused)
  else tip.hidden = true
}

const STEPS: ReadonlyMap<string, number> = new Map([
  ['ArrowRight', 1],
  ['ArrowDown', 1],
  ['ArrowLeft', -1],
  ['ArrowUp', -1],
  ['Home', Number.NEGATIVE_INFINITY],
  ['End', Number.POSITIVE_INFINITY],
])

function onKey(event: KeyboardEvent): void {
  const mark = markOf(event.target)
  const step = STEPS.get(event.key)
  if (!mark) return
  if (event.key === 'Escape') {
    mark.blur()
    tip.hidden = true
  }
  if (step === undefined) return
  event.preventDefault()
  const marks = all<SVGElement>('.at', mark.parentNode ?? document)
  const next = marks[Math.max(0, Math.min(marks.length - 1, marks.indexOf(mark) + step))]
  mark.setAttribute('tabindex', '-1')
  next?.setAttribute('tabindex', '0')
  next?.focus()
}

/** A mark of these charts tells its values to who points at it or comes to it by keyboard. */
export function tellOnHover(figures: readonly HTMLElement[]): void {
  for (const figure of figures) {
    figure.addEventListener('pointerover', ({ target }) => {
      const mark = markOf(target)
      if (mark) showTip(mark)
      else hideTip()
    })
    figure.addEventListener('pointerleave', hideTip)
    figure.addEventListener('focusin', hideTip)
    figure.addEventListener('focusout', () => {
      tip.hidden = true
    })
    figure.addEventListener('keydown', onKey)
  }
  addEventListener('scroll', hideTip)
}
