import { grouped } from '../../report/arrange.ts'
import { type Completed, type CompletedFlag, headComment, PROFILE_NAMES, PROFILES, valueFlags } from './model.ts'

/** From bash 3.2 (macOS) on. bash takes `--format=json` and `file:logs` for three words each, which are joined first. */
export function bashScript(model: Completed): string {
  const { common, commands } = model
  const names = commands.map(({ name }) => name)
  const dashed = (flags: readonly CompletedFlag[]) => flags.map(({ name }) => `--${name}`).join(' ')
  return `${headComment('bash')}

${PROFILE_NAMES}() {
  ${PROFILES}
}

_bedrock_monitor() {
  local word flag= command= before= files= list= offers= i last
  local -a words=() candidates=()
  COMPREPLY=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    last=$((\${#words[@]} - 1))
    if ((last >= 0)) && [[ $word == [:=]* || \${words[last]} == *[:=] ]]; then
      words[last]=\${words[last]}$word
    else
      words+=("$word")
    fi
  done
  last=$((\${#words[@]} - 1))
  for ((i = 0; i < last; i++)); do
    word=\${words[i]}
    if [[ -n $flag ]]; then
      flag=
      continue
    fi
    case $word in
      ${valueFlags(model).join('|')}) flag=$word ;;
      -*) ;;
      *) command=\${command:-$word} ;;
    esac
  done
  word=\${words[last]}
  if [[ -z $flag && $word == --*=* ]]; then
    flag=\${word%%=*}
    word=\${word#*=}
    [[ $COMP_WORDBREAKS == *=* ]] || before=$flag=
  fi

  if [[ -n $flag ]]; then
    case "$command $flag" in
${valueCases(model)}
    esac
  elif [[ $word == -* ]]; then
    offers='${dashed(common)}'
    case $command in
${commands.map(({ name, flags }) => `      ${name}) offers="$offers ${dashed(flags)}" ;;`).join('\n')}
    esac
  else
    case $command in
      '') offers='${names.join(' ')}' ;;
${commands.flatMap(({ name, words }) => (words.length > 0 ? [`      ${name}) offers='${words.join(' ')}' ;;`] : [])).join('\n')}
    esac
  fi

  if [[ -n $files || $word == file:* || $word == cur:* ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  if [[ -n $list && $word == *,* ]]; then
    before=$before\${word%,*},
    word=\${word##*,}
  fi
  read -r -a candidates <<<"$offers"
  for offer in "\${candidates[@]}"; do
    [[ $offer == "$word"* ]] && COMPREPLY+=("$before$offer")
  done
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
}

# Without compopt (bash 3.2) files are offered wherever there is nothing else to offer.
if type compopt >/dev/null 2>&1; then
  complete -F _bedrock_monitor bedrock-monitor
else
  complete -o default -F _bedrock_monitor bedrock-monitor
fi
`
}

/** A branch for each flag with something to offer, told by its command: \`--format\` of two commands may differ. */
function valueCases({ common, commands }: Completed): string {
  const cases = [{ name: '', flags: common }, ...commands].flatMap(({ name, flags }) =>
    flags.map((flag) => ({ offer: offerText(flag), pattern: `${name ? `'${name}` : "*'"} --${flag.name}'` })),
  )
  const byOffer = grouped(cases, ({ offer }) => offer)
  byOffer.delete('')
  return [...byOffer]
    .map(([offer, all]) => `      ${all.map(({ pattern }) => pattern).join('|')}) ${offer} ;;`)
    .join('\n')
}

function offerText({ offer, list }: CompletedFlag): string {
  if (offer === 'file') return 'files=yes'
  if (offer === 'profile') return `offers=$(${PROFILE_NAMES} | tr '\\n' ' ')`
  return typeof offer === 'string' ? '' : `offers='${offer.join(' ')}'${list ? ' list=yes' : ''}`
}
