# Recompute flow, agreement, Table 1 and appraisal from the tables of this archive.
#
#     Rscript scripts/recompute.R
#
# Every figure must equal the one that Twofold gave (tables/figures.csv), and every cell
# of Table 1 those of tables/table1_long.csv and table1_wide.csv; the script ends with 1
# otherwise. It needs R and no package.

arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
folder <- if (length(script)) dirname(dirname(normalizePath(script[1]))) else "."

# Before a text that begins so, a table has an apostrophe that is not part of it.
formula <- paste0(
  "(*UCP)^'(?:[\\s\\x1c-\\x1f'\"\u2018\u2019\u201c\u201d\u200b-\u200f\u2060\ufeff]*",
  "[=+\\-@\uff1d\uff0b\uff0d\uff20]|['\" ]*[\t\r\n])"
)
bare <- function(texts) {
  guarded <- startsWith(texts, "'")
  guarded[guarded] <- grepl(formula, texts[guarded], perl = TRUE)
  texts[guarded] <- substring(texts[guarded], 2)
  texts
}
read <- function(name) {
  rows <- read.csv(
    file.path(folder, "tables", paste0(name, ".csv")),
    colClasses = "character", na.strings = character(), check.names = FALSE,
    encoding = "UTF-8", comment.char = "", quote = "\"", skipNul = TRUE
  )
  rows[] <- lapply(rows, bare)
  rows
}

main_kinds <- c("database", "register")
kind_boxes <- c(
  database = "databases", register = "registers", website = "other_websites",
  organisation = "other_organisations", citation = "other_citations",
  other = "other_other_methods"
)
figures <- list()
put <- function(part, name, value) {
  figures[[paste(part, name, sep = "\t")]] <<- value
}

# The flow ---------------------------------------------------------------------

searches <- read("searches")
records <- read("records")
reports <- read("reports")
links <- read("report_records")
kind <- searches$kind[match(records$search, searches$search)]
is_main <- kind %in% main_kinds
stands <- records$duplicate_of == "" & records$removal == ""
record_boxes <- list(
  identified = rep(TRUE, nrow(records)),
  duplicates = records$duplicate_of != "",
  removed_by_automation =
    records$duplicate_of == "" & records$removal == "automation",
  removed_for_other_reasons =
    records$duplicate_of == "" & !(records$removal %in% c("", "automation")),
  screened = stands & records$verdict != "",
  awaiting_screening = stands & records$verdict == "",
  excluded = stands & records$verdict == "exclude"
)
for (name in names(record_boxes)) {
  put("flow", name, sum(record_boxes[[name]] & is_main))
  put("flow", paste0("other_", name), sum(record_boxes[[name]] & !is_main))
}
for (name in names(kind_boxes)) {
  put("flow", kind_boxes[[name]], sum(kind == name))
}
for (search in searches$search) {
  put("flow", paste0("search-", search), sum(records$search == search))
}
going_on <- stands & records$verdict == "include"
live <- links[links$record %in% records$record[going_on], , drop = FALSE]
by_main <- live$report[live$record %in% records$record[going_on & is_main]]
sought <- reports$report %in% live$report
via_main <- reports$report %in% by_main
assessed <- sought & reports$retrieval == "retrieved"
report_boxes <- list(
  sought = sought,
  not_retrieved = sought & reports$retrieval == "not_retrieved",
  awaiting_retrieval = sought & reports$retrieval == "awaiting",
  assessed = assessed,
  excluded_reports = assessed & reports$verdict == "exclude",
  awaiting_decision = assessed & reports$verdict == "",
  included_reports = assessed & reports$verdict == "include"
)
for (name in names(report_boxes)) {
  put("flow", name, sum(report_boxes[[name]] & via_main))
  put("flow", paste0("other_", name), sum(report_boxes[[name]] & !via_main))
}
for (route in c(TRUE, FALSE)) {
  excluded <- reports[report_boxes$excluded_reports & via_main == route, ]
  for (code in unique(excluded$reason_code)) {
    name <- paste0(if (route) "" else "other_", "reason:", code)
    put("flow", name, sum(excluded$reason_code == code))
  }
}
included <- reports[report_boxes$included_reports, ]
studies <- setdiff(unique(included$study), "")
put("flow", "studies_included", length(studies))
put("flow", "reports_included", nrow(included))
put("flow", "reports_without_study", sum(included$study == ""))

# Agreement: per cent, and Cohen's kappa ----------------------------------------
# Taken is what each had said when as many as required had judged an item.

decisions <- read("decisions")
reviewers <- read("reviewers")
agreement <- read("agreement")
decisions$joined <- as.integer(
  reviewers$joined[match(decisions$reviewer, reviewers$reviewer)]
)
independent <- function(joined, choice, required) {
  said <- character()
  for (number in seq_along(joined)) {
    who <- as.character(joined[number])
    said <- said[names(said) != who]
    if (choice[number] != "withdrawn") said[who] <- choice[number]
    if (length(said) >= required) return(said)
  }
  character()
}
settled <- list(
  title_abstract = records$record[record_boxes$screened],
  full_text = reports$report[assessed & reports$verdict != ""]
)
for (stage in unique(agreement$stage)) {
  required <- as.integer(agreement$required[agreement$stage == stage][1])
  made <- decisions[decisions$stage == stage, , drop = FALSE]
  item <- if (stage == "title_abstract") made$record else made$report
  made <- made[item %in% settled[[stage]], , drop = FALSE]
  item <- item[item %in% settled[[stage]]]
  pairs <- list()
  for (rows in split(seq_along(item), item)) {
    said <- independent(made$joined[rows], made$choice[rows], required)
    if (length(said) != 2) next
    said <- said[order(as.integer(names(said)))]
    pair <- paste(names(said), collapse = "-")
    cell <- paste(said != "exclude", collapse = " ")
    pairs[[pair]][cell] <- sum(pairs[[pair]][cell], 1, na.rm = TRUE)
  }
  for (pair in names(pairs)) {
    cells <- pairs[[pair]][c("TRUE TRUE", "TRUE FALSE", "FALSE TRUE", "FALSE FALSE")]
    cells[is.na(cells)] <- 0
    items <- sum(cells)
    one <- (cells[[1]] + cells[[2]]) / items
    two <- (cells[[1]] + cells[[3]]) / items
    observed <- (cells[[1]] + cells[[4]]) / items
    chance <- one * two + (1 - one) * (1 - two)
    kappa <- ""
    if (1 - chance > 1e-12) kappa <- (observed - chance) / (1 - chance)
    put("agreement", paste0(stage, ":", pair, ":items"), items)
    put("agreement", paste0(stage, ":", pair, ":percent"), 100 * observed)
    put("agreement", paste0(stage, ":", pair, ":kappa"), kappa)
  }
}

# Appraisal --------------------------------------------------------------------

judged <- read("appraisal")
judged <- judged[judged$removed == "no" & judged$study %in% studies, , drop = FALSE]
judged <- judged[
  order(as.integer(judged$instrument_position), as.integer(judged$target)), ,
  drop = FALSE
]
judged <- judged[judged$judgment_in_words != "", , drop = FALSE]
counted <- judged[judged$part == "yes", , drop = FALSE]
levels_found <- table(paste(
  counted$instrument, counted$instrument_version, counted$domain, counted$judgment,
  sep = ":", recycle0 = TRUE
))
for (name in names(levels_found)) {
  put("appraisal", name, levels_found[[name]])
}

# Table 1 ----------------------------------------------------------------------

values <- read("values")
fields <- read("fields")
columns <- read("table1_columns")
all_studies <- read("studies")
authors <- read("report_authors")
numbered <- reports[reports$number != "", , drop = FALSE]
numbered <- numbered[order(as.integer(numbered$number)), , drop = FALSE]
overall <- judged[judged$domain == "overall", , drop = FALSE]
settled_cells <- paste(values$study, values$field, sep = "\t", recycle0 = TRUE)
cell <- function(study, field, not_reported, not_settled) {
  row <- match(paste(study, field, sep = "\t"), settled_cells)
  if (is.na(row)) return(not_settled)
  if (values$not_reported[row] == "yes") return(not_reported)
  values$value[row]
}
authors_of <- function(listed) {
  for (report in listed$report) {
    families <- authors$family_name[authors$report == report]
    if (length(families) > 3) return(paste(families[1], "et al."))
    if (length(families)) return(paste(families, collapse = ", "))
  }
  ""
}
appraisal_of <- function(study) {
  rows <- overall[overall$study == study, , drop = FALSE]
  if (nrow(rows) < 2) return(paste(rows$judgment_in_words, collapse = ""))
  parts <- rows[c("instrument_name", "outcome", "time_point")]
  of_what <- apply(parts, 1, function(each) paste(each[each != ""], collapse = ", "))
  paste(paste0(of_what, ": ", rows$judgment_in_words), collapse = "; ")
}
fact <- function(study, name) {
  listed <- numbered[numbered$study == study, , drop = FALSE]
  years <- unique(listed$year[listed$year != ""])
  cited <- paste0(listed$number, ". ", listed$reference, recycle0 = TRUE)
  switch(name,
    citation = paste(cited, collapse = "\n"),
    authors = authors_of(listed),
    year = paste(years[order(as.integer(years))], collapse = ", "),
    design = all_studies$design_in_words[all_studies$study == study],
    reports = as.character(nrow(listed)),
    appraisal = appraisal_of(study),
    ""
  )
}
for (study in studies) {
  put("table1", paste0(study, ":label"), all_studies$label[all_studies$study == study])
  group <- ""
  for (field in fields$field[fields$groups_table1 == "yes"]) {
    group <- cell(study, field, "Not reported", "Not settled yet")
  }
  put("table1", paste0(study, ":group"), group)
  for (column in seq_len(nrow(columns))) {
    text <- if (columns$fact[column] == "") {
      cell(study, columns$field[column], "NR", "")
    } else {
      fact(study, columns$fact[column])
    }
    put("table1", paste0(study, ":", columns$column[column]), text)
  }
}

# Compare ----------------------------------------------------------------------

same <- function(mine, their) {
  if (is.null(mine) || is.null(their)) return(FALSE)
  if (is.numeric(mine)) {
    their <- suppressWarnings(as.numeric(their))
    return(!is.na(their) && abs(mine - their) < 1e-6)
  }
  identical(enc2utf8(mine), enc2utf8(their))
}
shown <- function(value) if (is.null(value)) "missing" else format(value)
wrong <- 0
compare <- function(mine, expected, source) {
  for (name in union(names(mine), names(expected))) {
    if (!same(mine[[name]], expected[[name]])) {
      wrong <<- wrong + 1
      cat(
        sub("\t", ", ", name), ": from the tables ", shown(mine[[name]]),
        ", in ", source, " ", shown(expected[[name]]), "\n", sep = ""
      )
    }
  }
}
theirs <- read("figures")
expected <- as.list(theirs$value)
names(expected) <- paste(theirs$set, theirs$name, sep = "\t", recycle0 = TRUE)
compare(figures, expected, "figures.csv")

# Table 1 as its own two tables print it.
of_table1 <- figures[startsWith(names(figures), "table1\t")]
long <- read("table1_long")
named <- ifelse(long$fact == "", paste0("field:", long$field), paste0("fact:", long$fact))
cells <- as.list(c(long$value, long$label, long$group))
names(cells) <- paste0(
  "table1\t", rep(long$study, 3), ":",
  c(named, rep(c("label", "group"), each = nrow(long))), recycle0 = TRUE
)
compare(of_table1, cells[!duplicated(names(cells))], "table1_long.csv")
wide <- read("table1_wide")
cells <- list()
for (name in c("label", "group", columns$column)) {
  cells[paste0("table1\t", wide$study, ":", name, recycle0 = TRUE)] <- wide[[name]]
}
compare(of_table1, cells, "table1_wide.csv")
if (wrong > 0) quit(status = 1)
cat("All", length(expected), "figures follow from the tables.\n")
