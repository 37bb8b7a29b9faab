//! Every mechanism of the article behind the founding scenario: what switches or bends it, and
//! what then moves.
//!
//! An act is switched off by `daily_odds=0`, a motive by `weight=0` (which strengthens the
//! actor's others), a level is held by setting where it starts and where it returns to. What a
//! setting makes certain by itself is left out.

use super::measure::Measure::{self, Count, Level, Probability};
use Direction::{Down, Up};

/// One setting and what it moves.
pub struct Demonstration {
    /// What the article says, in a sentence of its own.
    pub mechanism: &'static str,
    /// Settings that both sides share; none where the scenario is taken as it is.
    pub given: &'static [&'static str],
    /// The settings that one side has and the other has not.
    pub set: &'static [&'static str],
    /// What that moves.
    pub shifts: &'static [Shift],
}

/// What moves, and its direction.
pub struct Shift {
    pub measure: Measure,
    pub direction: Direction,
}

/// Where to, seen from the side without the settings.
#[derive(Clone, Copy, Debug)]
pub enum Direction {
    Up,
    Down,
}

const fn shift(measure: Measure, direction: Direction) -> Shift {
    Shift { measure, direction }
}

const fn row(
    mechanism: &'static str,
    set: &'static [&'static str],
    shifts: &'static [Shift],
) -> Demonstration {
    Demonstration {
        mechanism,
        given: &[],
        set,
        shifts,
    }
}

/// Russia has given its word for a move into Iraq, so that marches are common enough to be seen.
const RUSSIA_HAS_GIVEN_ITS_WORD: &[&str] = &[
    "variables.assurance_iraq.initial=0.8",
    "variables.assurance_iraq.baseline=0.8",
];

/// Russia weighs what it does without asking how Ankara would answer.
const WITHOUT_FORESIGHT: &str = "actors.russia.anticipates=[]";

pub const WHAT_IFS: &[Demonstration] = &[
    // -- Mosul and Tal Afar -----------------------------------------------------------------
    row(
        "A fiercer fight for Mosul lets interests diverge, which alarms Turkey: not here",
        &["variables.mosul_intensity.baseline=0.2"],
        &[
            shift(Level("anti_isis_cohesion"), Up),
            shift(Level("turkish_alarm"), Down),
        ],
    ),
    row(
        "Baghdad's pushes make the fight fierce",
        &["actions.push_into_mosul.daily_odds=0"],
        &[
            shift(Level("mosul_intensity"), Down),
            shift(Level("anti_isis_cohesion"), Up),
        ],
    ),
    row(
        "The PMU's advance alarms Turkey, which builds up, threatens, and may intervene",
        &["actions.advance_on_tal_afar.daily_odds=0"],
        &[
            shift(Level("turkish_alarm"), Down),
            shift(Count("reinforce_silopi"), Down),
            shift(Count("threaten_intervention"), Down),
            shift(Probability("turkish_intervention_in_iraq"), Down),
        ],
    ),
    row(
        "The build-up across the border is what makes a march possible, and angers Baghdad",
        &["actions.reinforce_silopi.daily_odds=0"],
        &[
            shift(Probability("turkish_intervention_in_iraq"), Down),
            shift(Level("baghdad_anger"), Down),
            shift(Count("protest_formally"), Down),
        ],
    ),
    // -- Raqqa ------------------------------------------------------------------------------
    row(
        "The United States prepares Raqqa, and then launches it with the SDF",
        &["actions.prepare_raqqa.daily_odds=0"],
        &[
            shift(Probability("raqqa_offensive_announced"), Down),
            shift(Probability("raqqa_isolation_begun"), Down),
        ],
    ),
    row(
        "Raqqa empowers the Syrian Kurds, threatens Turks and Russians, and costs the alliance",
        &["actions.announce_raqqa_offensive.daily_odds=0"],
        &[
            shift(Level("sdf_power"), Down),
            shift(Level("us_turkey_trust"), Up),
            shift(Level("syria_partition"), Down),
            shift(Count("propaganda_campaign"), Down),
            shift(Count("urge_tell_abyad_rising"), Down),
            shift(Level("coordination"), Down),
            shift(Probability("us_turkey_split"), Down),
        ],
    ),
    row(
        "A Raqqa out of reach would let Turkey fire less, and turn less to Moscow",
        &["variables.raqqa_readiness.initial=0.1"],
        &[
            shift(Count("strike_sdf"), Down),
            shift(Count("urge_tell_abyad_rising"), Down),
            shift(Level("coordination"), Down),
        ],
    ),
    row(
        "Containing the Kurds is what Turkey fights for in Syria",
        &["actors.turkey.imperatives.contain_syrian_kurds.weight=0"],
        &[
            shift(Count("strike_sdf"), Down),
            shift(Probability("turkish_fire_on_sdf"), Down),
            shift(Probability("al_bab_reached"), Down),
            shift(Count("stir_tell_abyad"), Down),
        ],
    ),
    row(
        "Turkish fire on the SDF costs both the march on Raqqa and the alliance",
        &["actions.strike_sdf.daily_odds=0"],
        &[
            shift(Probability("raqqa_isolation_begun"), Up),
            shift(Probability("us_turkey_split"), Down),
        ],
    ),
    // -- Russia's first imperative and its campaign -------------------------------------------
    row(
        "Russia's main strategic imperative drives the campaign, and much else",
        &["actors.russia.imperatives.break_nato.weight=0"],
        &[
            shift(Count("propaganda_campaign"), Down),
            shift(Probability("propaganda_intensified"), Down),
            shift(Count("fan_coup_suspicions"), Down),
            shift(Count("feed_european_rifts"), Down),
            shift(Count("encourage_iraq_intervention"), Down),
            shift(Probability("us_turkey_split"), Down),
        ],
    ),
    row(
        "The campaign feeds the quarrels of Europe",
        &["actions.feed_european_rifts.daily_odds=0"],
        &[shift(Level("european_unity"), Up)],
    ),
    row(
        "The campaign began long ago, and wears the alliance",
        &[
            "variables.propaganda.initial=0.1",
            "variables.propaganda.baseline=0.1",
        ],
        &[
            shift(Level("us_turkey_trust"), Up),
            shift(Probability("us_turkey_split"), Down),
        ],
    ),
    row(
        "It now intensifies, and splits",
        &["actions.propaganda_campaign.daily_odds=0"],
        &[
            shift(Level("propaganda"), Down),
            shift(Level("us_turkey_trust"), Up),
            shift(Probability("us_turkey_split"), Down),
        ],
    ),
    // -- Interests merge ----------------------------------------------------------------------
    row(
        "Interests merge as the US ignores Turkey, an opportunity for Russia: not where it listens",
        &[
            "variables.us_attention.initial=0.9",
            "variables.us_attention.baseline=0.9",
        ],
        &[
            shift(Count("meet_russian_staff"), Down),
            shift(Probability("general_staffs_meet"), Down),
            shift(Level("coordination"), Down),
            shift(Count("propaganda_campaign"), Down),
            shift(Count("encourage_iraq_intervention"), Down),
            shift(Count("denounce_washington"), Down),
            shift(Probability("us_turkey_split"), Down),
        ],
    ),
    row(
        "Reassurance holds the alliance",
        &["actions.reassure_ankara.daily_odds=0"],
        &[
            shift(Level("us_attention"), Down),
            shift(Probability("us_turkey_split"), Up),
        ],
    ),
    // -- Coordination, and the plane ------------------------------------------------------------
    row(
        "The staffs' meetings carry coordination and strain NATO",
        &["actions.meet_russian_staff.daily_odds=0"],
        &[
            shift(Level("coordination"), Down),
            shift(Probability("air_coordination"), Down),
            shift(Level("nato_cohesion"), Up),
        ],
    ),
    row(
        "Coordination opens the sky, and an open sky the road to al-Bab",
        &[
            "variables.coordination.initial=0.2",
            "variables.coordination.baseline=0.2",
        ],
        &[
            shift(Level("turkish_air"), Down),
            shift(Probability("al_bab_reached"), Down),
        ],
    ),
    row(
        "Russia offers the sky",
        &["actions.offer_air_corridor.daily_odds=0"],
        &[shift(Level("turkish_air"), Down)],
    ),
    row(
        "Russia could easily shoot, and does not because it understands that a split is in the \
         works: without foresight it shoots",
        &[WITHOUT_FORESIGHT],
        &[
            shift(Probability("russian_downing"), Up),
            shift(Level("nato_cohesion"), Up),
            shift(Level("coordination"), Down),
            shift(Probability("us_turkey_split"), Down),
        ],
    ),
    Demonstration {
        mechanism: "What it foresees is that Ankara would turn back to NATO",
        given: &[],
        set: &["actions.turn_back_to_nato.daily_odds=0"],
        shifts: &[shift(Probability("russian_downing"), Up)],
    },
    Demonstration {
        mechanism: "A plane shot down drives Ankara back to NATO",
        given: &[WITHOUT_FORESIGHT],
        set: &["actions.turn_back_to_nato.daily_odds=0"],
        shifts: &[
            shift(Level("nato_cohesion"), Down),
            shift(Level("us_turkey_trust"), Down),
            shift(Level("coordination"), Up),
        ],
    },
    row(
        "Russia could easily shoot, and does not because a split is in the works: without either aim",
        &[
            "actors.russia.imperatives.break_nato.weight=0",
            "actors.russia.imperatives.win_turkey.weight=0",
        ],
        &[
            shift(Probability("russian_downing"), Up),
            shift(Level("us_turkey_trust"), Up),
        ],
    ),
    row(
        "The courtship alone holds its fire too",
        &["actors.russia.imperatives.win_turkey.weight=0"],
        &[shift(Probability("russian_downing"), Up)],
    ),
    row(
        "What would make it shoot is Syria, which it wants whole",
        &["actors.russia.imperatives.keep_syria_whole.weight=0"],
        &[
            shift(Probability("russian_downing"), Down),
            shift(Count("resume_aleppo_bombing"), Down),
            shift(Count("urge_tell_abyad_rising"), Down),
        ],
    ),
    // -- A march into Iraq ------------------------------------------------------------------------
    row(
        "Russia's encouragement moves Turkey into Iraq, and keeps it from Washington",
        &["actions.encourage_iraq_intervention.daily_odds=0"],
        &[
            shift(Level("washington_consulted"), Up),
            shift(Probability("turkish_intervention_in_iraq"), Down),
        ],
    ),
    row(
        "Russia's word for certain: Turkey marches, Baghdad and Washington are enraged",
        RUSSIA_HAS_GIVEN_ITS_WORD,
        &[
            shift(Probability("turkish_intervention_in_iraq"), Up),
            shift(Level("baghdad_anger"), Up),
            shift(Probability("baghdad_protests"), Up),
            shift(Probability("us_turkey_split"), Up),
        ],
    ),
    Demonstration {
        mechanism: "Washington is kept out of this: if it saw Russia's word, it would warn Ankara off",
        given: RUSSIA_HAS_GIVEN_ITS_WORD,
        set: &["actors.united_states.perceives.assurance_iraq.hidden=false"],
        shifts: &[
            shift(Count("warn_ankara_off_iraq"), Up),
            shift(Level("turkish_buildup"), Down),
            shift(Probability("turkish_intervention_in_iraq"), Down),
        ],
    },
    Demonstration {
        mechanism: "Baghdad is kept out of this: if it saw Russia's word, it would hold Erbil to the border",
        given: RUSSIA_HAS_GIVEN_ITS_WORD,
        set: &["actors.baghdad.perceives.assurance_iraq.hidden=false"],
        shifts: &[
            shift(Count("bind_erbil"), Up),
            shift(Level("kurdish_consent"), Down),
            shift(Probability("turkish_intervention_in_iraq"), Down),
        ],
    },
    row(
        "The Turks do not want to get too involved: the more they shun what may go either way",
        &["actors.turkey.risk=100"],
        &[shift(Count("intervene_in_iraq"), Down)],
    ),
    Demonstration {
        mechanism: "It is the march that enrages them",
        given: RUSSIA_HAS_GIVEN_ITS_WORD,
        set: &["actions.intervene_in_iraq.daily_odds=0"],
        shifts: &[
            shift(Level("baghdad_anger"), Down),
            shift(Level("anti_isis_cohesion"), Up),
            shift(Probability("us_turkey_split"), Down),
        ],
    },
    Demonstration {
        mechanism: "Washington is enraged because it was kept out, although they march more often",
        given: RUSSIA_HAS_GIVEN_ITS_WORD,
        set: &[
            "variables.washington_consulted.initial=0.95",
            "variables.washington_consulted.baseline=0.95",
        ],
        shifts: &[
            shift(Probability("us_turkey_split"), Down),
            shift(Probability("turkish_intervention_in_iraq"), Up),
        ],
    },
    row(
        "Russia's leverage on Iran holds the PMU back",
        &["variables.russian_leverage.initial=0"],
        &[
            shift(Count("hold_back_pmu"), Down),
            shift(Probability("iran_holds_back_pmu"), Down),
        ],
    ),
    row(
        "It must ask for it",
        &["actions.press_tehran.daily_odds=0"],
        &[
            shift(Count("hold_back_pmu"), Down),
            shift(Probability("iran_holds_back_pmu"), Down),
        ],
    ),
    row(
        "Iran holds the PMU by its orders",
        &["actions.hold_back_pmu.daily_odds=0"],
        &[
            shift(Level("pmu_restraint"), Down),
            shift(Probability("iran_holds_back_pmu"), Down),
        ],
    ),
    row(
        "A PMU that is held back does not attack the Turks, although more of them come",
        &[
            "variables.pmu_restraint.initial=0.9",
            "variables.pmu_restraint.baseline=0.9",
        ],
        &[
            shift(Probability("turkish_intervention_in_iraq"), Up),
            shift(Probability("pmu_turkish_clash"), Down),
        ],
    ),
    row(
        "Iran itself would rather keep the Turks out",
        &["actors.iran.imperatives.keep_turkey_out.weight=0"],
        &[shift(Count("warn_erbil"), Down)],
    ),
    row(
        "The Turks march through the Peshmerga's territory, by their consent",
        &[
            "variables.kurdish_consent.initial=0.3",
            "variables.kurdish_consent.baseline=0.3",
        ],
        &[shift(Probability("turkish_intervention_in_iraq"), Down)],
    ),
    row(
        "Erbil opens the road, and Baghdad hears of it",
        &["actions.open_the_road.daily_odds=0"],
        &[
            shift(Probability("turkish_intervention_in_iraq"), Down),
            shift(Level("baghdad_anger"), Down),
        ],
    ),
    row(
        "Baghdad's word keeps the PMU out of the town a little, and calms Ankara",
        &["actions.leash_the_pmu.daily_odds=0"],
        &[
            shift(Count("storm_the_town"), Up),
            shift(Level("turkish_alarm"), Up),
        ],
    ),
    // -- Tell Abyad ---------------------------------------------------------------------------------
    row(
        "Turkey stirs Tell Abyad towards a rising",
        &["actions.stir_tell_abyad.daily_odds=0"],
        &[
            shift(Level("tell_abyad_unrest"), Down),
            shift(Probability("uprising_in_tell_abyad"), Down),
        ],
    ),
    row(
        "Russia encourages it",
        &["actions.urge_tell_abyad_rising.daily_odds=0"],
        &[
            shift(Count("stir_tell_abyad"), Down),
            shift(Level("tell_abyad_unrest"), Down),
        ],
    ),
    row(
        "It is limited, as the Turks do not want to get too involved",
        &["actors.turkey.imperatives.stay_out_of_wars.weight=0"],
        &[
            shift(Count("stir_tell_abyad"), Up),
            shift(Probability("uprising_in_tell_abyad"), Up),
            shift(Probability("turkish_intervention_in_iraq"), Up),
        ],
    ),
    row(
        "A rising damages any attempt to march on Raqqa",
        &["events.rising_in_tell_abyad.hazard=0.05"],
        &[
            shift(Count("march_on_raqqa"), Down),
            shift(Probability("raqqa_isolation_begun"), Down),
        ],
    ),
];
