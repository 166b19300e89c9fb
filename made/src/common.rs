//! The real words: half of any text is made of a few hundred.

/// Words of grammar, the commonest first.
pub(crate) const FUNCTION: &str = "\
the to of and a in that for on said is it was with he as be at by from has have will his are not \
but this they would had I who we were its been which about more their or after also if there over \
than when she no could her into what some our so against now before just them any do while because \
may like most during being many those should under back how since between through where such even \
still way both next these another around if own without until among must every per though whether \
yet already because never although despite behind toward amid within across along above below why \
here ever nearly almost often perhaps itself himself themselves else instead rather quite soon you \
your me my us him can did does don’t it’s that’s didn’t wasn’t doesn’t he’s we’re isn’t couldn’t";

/// Words of news, the commonest first.
pub(crate) const NEWS: &str = "\
new one year up people out all two last other first time told government state years company only \
made three week president day public world police take officials national report election \
according say statement well going security country court says group law added called federal \
administration work part market bill long end much general think deal support foreign month party \
four vote five high office right million political set media health second decision number \
expected saying want used trade war know see help home international days today military tax use \
case business minister old reported top months money official same earlier need good chief \
members later best press come city investigation power leader system oil share information \
announced sales show put border left six based record policy move place director meeting came \
countries service took asked early several least far issue life team economic likely attack loss \
plan major found plans recent change due great shares agreement making call spokesman services \
impeachment game point clear weeks energy hit continue family man control percent interest win \
further past might night economy again current rights killed released held full half working \
third order chairman big each action open presidential away future industry prices local data \
special legal morning ago rate really close offer financial late pay children few run free \
following given school got give debt agency reports senior forces executive total play lead led \
video technology price possible evidence attorney term become care less growth start cut believe \
leaders death exchange won process program able better increase firm women staff force lot little \
majority wrote fire others prime gas line taken known something hours intelligence quarter trying \
voters using face keep head film taking board important final agreed look hard done enough \
conference profit went reporters issues stop response trial real job history judge person having \
role music story strong capital workers latest small social once include banks key large things \
name seven attacks outside fact air received claims rules games area phone building interview \
race legislation speech coming side lost men provide result private spending vice level hold \
production doing debate cost near ahead central personal immigration efforts began allow talks \
charges member low eight community different comes nothing release short died budget development \
running accused points currently authorities forward fight defense access find cases sanctions \
season needed rise nuclear try aid rose means looking global common available sign human results \
return question pressure signed series position project players getting period previously \
continued fell sent conservative analysts wanted recently jobs thing always research previous \
operations internet terms thought investment lawmakers hearing effort potential remain rates \
products issued groups sources questions lower showed region shot troops matter systems problem \
meet calls securities confirmed cash candidate largest together figures young funding involved \
bring victory prison risk higher demand online changes biggest paid described mobile fall laws \
saw situation comment thousands leading letter details virus immediately allegations main \
shooting criminal woman users officer areas included started buy denied nine similar step markets \
appeared officers live additional hope leave became concerns proposal course warned fired planned \
comments date adding crisis list car elections average address pass anything credit passed \
businesses protect dollar lives fund network needs includes unit offered firms ended costs site \
management southern account sold computer chance read turn independent brought significant nation \
claimed compared plant proposed star fourth senators difficult finance exports civil raised \
candidates students ruling serious violence sale deputy single calling message rule event \
governor longer drug decided threat impact worked minutes families front sure related income \
supporters food offering radio annual dead strike test felt television shows closed domestic \
counsel stay inquiry moment increased weekend crime certain illegal measures idea voting \
announcement forced charge enforcement actions remains software alleged everything parties \
attempt politics review primary worth emergency believed kind reached fighting effect met charged \
documents range noted growing operation stand speaking church feel tried digital allowed ensure \
lawyer probably makes field caused prior happened hand inside particularly experts actually form \
played base approved bad file schools quickly turned bid weapons claim focus source agencies \
published target customers voted sell ground argued club follow declined everyone reason contract \
opposition seeking tell mayor policies amount build especially numbers payments career gun \
request critical arrested heard middle create choice huge followed millions space visit talk \
anyone supply spent funds hundreds injured value whole reach wrong website stage someone \
protection export conditions filed playing package helped leadership reform book opportunity mean \
performance suggested named insurance negotiations room host safety guilty yesterday launched \
simply murder ways cause minority watch round view version joint approval player education floor \
miles basis search bond popular sides owned cuts opening contributed army estimated parliament \
adviser damage shutdown employees operating winning movement receive testimony raise assault body \
red standard talking victims trust commercial son consider giving coach climate ability paper \
criticism expect provided evening direct deficit hospital battle spoke holding remarks subject \
limited age northern affected sought killing initial fully goal allies witnesses freedom rally \
resolution gain send study rest ask reduce present loan town spread appear light love push begin \
figure backed true created moved mail beginning missile measure example necessary happen avoid \
believes launch concern challenge success water earnings leaving critics goods protests summer \
approach hour friends sector elected child serve match poll words loans living opinion knew peace \
events agree hands newspaper cover scene served seek safe father option selling relief moving \
ready planning travel bit written posted award parents mother station mass takes dropped panel \
seems stake urged boost block heavy deaths kept drive lines web island deep giant college fuel \
goes cities ruled fair arms bills door built word homes fans add notes broke lose";

/// What every reporter writes, the commonest first: the phrases that independent reports share.
pub(crate) const PHRASES: &[&str] = &[
    "one of the",
    "according to the",
    "as well as",
    "in a statement",
    "the end of the",
    "at the same time",
    "as part of the",
    "in the first half",
    "told a news conference",
    "is expected to",
    "for the first time",
    "the number of people",
    "in the wake of",
    "a spokesman for the",
    "did not immediately respond",
    "a request for comment",
    "in the past year",
    "some of the most",
    "there is no evidence",
    "a member of the",
    "will be able to",
    "since the start of",
    "is one of the most",
    "in recent years",
    "on the other hand",
    "the head of the",
    "said it would not",
    "in an interview with",
    "the rest of the",
    "has been accused of",
    "the first time since",
    "people familiar with the matter",
    "in front of the",
    "on the condition of anonymity",
    "it is not clear",
    "more than half of",
    "a number of other",
    "at the time of",
    "earlier this year",
    "on the eve of",
    "in the run-up to",
    "the vast majority of",
    "it remains unclear whether",
    "as a result of",
    "over the past decade",
    "came under fire for",
];

/// Words that a hyphen joins with another.
pub(crate) const HYPHENED: &[&str] = &[
    "long", "high", "low", "self", "anti", "co", "half", "well", "cross", "mid", "re", "record",
    "state", "would", "short", "full",
];

pub(crate) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
