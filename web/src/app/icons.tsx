/** Icons that point along the line turn with its direction; Fluent turns only some of its own. */
import { makeStyles, useFluent } from '@fluentui/react-components';
import {
  ArrowLeftRegular,
  DoorArrowLeftRegular,
  type FluentIcon,
  SignOutRegular,
  TextBulletListLtrRegular,
  TextBulletListRtlRegular,
  TextNumberListLtrRegular,
  TextNumberListRtlRegular,
} from '@fluentui/react-icons';

const useStyles = makeStyles({ turned: { transform: 'scaleX(-1)' } });

function turning(Icon: FluentIcon) {
  return function TurningIcon() {
    const styles = useStyles();
    const { dir } = useFluent();
    return <Icon className={dir === 'rtl' ? styles.turned : ''} />;
  };
}

/** For icons that have a twin: mirrored digits would be wrong. */
function oneOf(LeftToRight: FluentIcon, RightToLeft: FluentIcon) {
  return function DirectedIcon() {
    const { dir } = useFluent();
    return dir === 'rtl' ? <RightToLeft /> : <LeftToRight />;
  };
}

export const BackIcon = turning(ArrowLeftRegular);
export const LeaveIcon = turning(DoorArrowLeftRegular);
export const SignOutIcon = turning(SignOutRegular);
export const BulletsIcon = oneOf(TextBulletListLtrRegular, TextBulletListRtlRegular);
export const NumbersIcon = oneOf(TextNumberListLtrRegular, TextNumberListRtlRegular);
