/** A field that narrows what is shown; what empties it has a name in the language of the page. */
import { SearchBox, type SearchBoxProps } from '@fluentui/react-components';

import { useT } from '../i18n';

export function SearchField(props: SearchBoxProps) {
  const t = useT();
  return <SearchBox {...props} dismiss={{ 'aria-label': t('common.clear') }} />;
}
