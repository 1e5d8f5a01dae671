//! What holds for every tally, not only for the ones that `tests/scores.json` lists.

use proptest::prelude::*;

use super::{
    HIGHEST_SCORE, Interval, NpsTally, ScoreTally, ShareTally, mean_change, nps_change, response_rate,
    share_change,
};

/// Small counts, where the odd cases are, as often as any that a survey can reach.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![0..4_u64, 0..200_u64, 0..1_u64 << 40]
}

prop_compose! {
    fn scores()(counts in prop::array::uniform11(count())) -> ScoreTally {
        ScoreTally::from_counts(counts)
    }
}

prop_compose! {
    fn nps()(detractors in count(), passives in count(), promoters in count()) -> NpsTally {
        NpsTally { detractors, passives, promoters }
    }
}

prop_compose! {
    fn share()(top in count(), rest in count()) -> ShareTally {
        ShareTally { top, rest }
    }
}

fn within(interval: Interval, limit: Interval) -> bool {
    limit.low <= interval.low && interval.low <= interval.high && interval.high <= limit.high
}

proptest! {
    #[test]
    fn merging_tallies_commutes_and_associates(a in scores(), b in scores(), c in scores()) {
        prop_assert_eq!(a.merge(b), b.merge(a));
        prop_assert_eq!(a.merge(b).merge(c), a.merge(b.merge(c)));
        prop_assert_eq!(a.merge(ScoreTally::default()), a);
        prop_assert_eq!(a.merge(b).answered(), a.answered() + b.answered());
    }

    #[test]
    fn merging_nps_and_share_tallies_commutes_and_associates(
        (a, b, c) in (nps(), nps(), nps()), (d, e, f) in (share(), share(), share()),
    ) {
        prop_assert_eq!(a.merge(b), b.merge(a));
        prop_assert_eq!(a.merge(b).merge(c), a.merge(b.merge(c)));
        prop_assert_eq!(d.merge(e), e.merge(d));
        prop_assert_eq!(d.merge(e).merge(f), d.merge(e.merge(f)));
    }

    /// The sum over shards may be taken before or after the scores become segments.
    #[test]
    fn segments_of_a_merge_are_the_merge_of_segments(a in scores(), b in scores(), low in 0..=HIGHEST_SCORE) {
        prop_assert_eq!(a.merge(b).nps(), a.nps().merge(b.nps()));
        let top = low..=HIGHEST_SCORE;
        prop_assert_eq!(a.merge(b).share(top.clone()), a.share(top.clone()).merge(b.share(top)));
    }

    #[test]
    fn one_answer_at_a_time_gives_the_same_tally(answers in prop::collection::vec(0..=HIGHEST_SCORE, 0..50)) {
        let (mut scores, mut nps, mut share) =
            (ScoreTally::default(), NpsTally::default(), ShareTally::default());
        for answer in answers {
            scores.add(answer)?;
            nps.add(answer)?;
            share.add(answer >= 6);
        }
        prop_assert_eq!(scores.nps(), nps);
        prop_assert_eq!(scores.share(6..=HIGHEST_SCORE), share);
    }

    #[test]
    fn nps_and_its_interval_stay_within_100_points(tally in nps()) {
        prop_assume!(tally.answered() > 0);
        let nps = tally.score().ok_or_else(|| TestCaseError::fail("no score"))?;
        let limit = Interval { low: -100.0, high: 100.0 };
        prop_assert!(limit.contains(nps.score));
        prop_assert!(within(nps.interval, limit));
        prop_assert!(tally.answered() == 1 || nps.interval.contains(nps.score));
    }

    #[test]
    fn more_promoters_never_lower_an_nps(tally in nps()) {
        let more = NpsTally { promoters: tally.promoters + 1, ..tally };
        if let (Some(less), Some(more)) = (tally.score(), more.score()) {
            prop_assert!(more.score >= less.score);
        }
    }

    #[test]
    fn share_and_its_interval_stay_within_0_and_100(tally in share()) {
        prop_assume!(tally.answered() > 0);
        let share = tally.score().ok_or_else(|| TestCaseError::fail("no score"))?;
        let limit = Interval { low: 0.0, high: 100.0 };
        prop_assert!(within(share.interval, limit));
        prop_assert!(share.interval.contains(share.score));
    }

    #[test]
    fn response_rate_stays_within_0_and_100(answered in count(), shown in count()) {
        let rate = response_rate(answered, shown);
        prop_assert_eq!(rate.is_some(), shown > 0);
        prop_assert!(rate.is_none_or(|rate| (0.0..=100.0).contains(&rate.score)));
    }

    #[test]
    fn mean_stays_within_the_scale_and_its_interval(tally in scores()) {
        prop_assume!(tally.answered() > 0);
        let mean = tally.mean().ok_or_else(|| TestCaseError::fail("no mean"))?;
        prop_assert!((0.0..=f64::from(HIGHEST_SCORE)).contains(&mean.mean));
        prop_assert_eq!(mean.interval.is_some(), tally.answered() > 1);
        prop_assert!(mean.interval.is_none_or(|interval| interval.contains(mean.mean)));
    }

    #[test]
    fn swapping_the_periods_turns_a_change_round(
        n in (nps(), nps()), s in (share(), share()), m in (scores(), scores()),
    ) {
        for (there, back) in [
            (nps_change(n.0, n.1), nps_change(n.1, n.0)),
            (share_change(s.0, s.1), share_change(s.1, s.0)),
            (mean_change(&m.0, &m.1), mean_change(&m.1, &m.0)),
        ] {
            prop_assert_eq!(there.is_some(), back.is_some());
            let (Some(there), Some(back)) = (there, back) else { continue };
            prop_assert!((there.difference + back.difference).abs() < 1e-9);
            prop_assert_eq!(there.interval.is_some(), there.p.is_some());
            let (Some(a), Some(b)) = (there.interval, back.interval) else { continue };
            prop_assert!((a.low + b.high).abs() < 1e-9 && (a.high + b.low).abs() < 1e-9);
            prop_assert!(there.p.is_some_and(|p| (0.0..=1.0).contains(&p)));
        }
    }

    /// An NPS change is centred on another estimate, so this is not promised for it.
    #[test]
    fn changes_of_shares_and_means_lie_in_their_intervals(
        s in (share(), share()), m in (scores(), scores()),
    ) {
        for change in [share_change(s.0, s.1), mean_change(&m.0, &m.1)].into_iter().flatten() {
            prop_assert!(change.interval.is_none_or(|interval| interval.contains(change.difference)));
        }
    }
}
