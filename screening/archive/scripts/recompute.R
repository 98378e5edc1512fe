# Recompute the flow, the agreement and Table 1 from the tables of this archive.
#
#     Rscript scripts/recompute.R
#
# Every figure must equal the one that Twofold gave (tables/figures.csv); the script
# ends with 1 otherwise. It needs R and no package.

arguments <- commandArgs(trailingOnly = FALSE)
script <- sub("^--file=", "", grep("^--file=", arguments, value = TRUE))
folder <- if (length(script)) dirname(dirname(normalizePath(script[1]))) else "."

read <- function(name) {
  read.csv(
    file.path(folder, "tables", paste0(name, ".csv")),
    colClasses = "character", na.strings = character(), check.names = FALSE,
    encoding = "UTF-8", comment.char = "", quote = "\"", skipNul = TRUE
  )
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

# Table 1 ----------------------------------------------------------------------

values <- read("values")
fields <- read("fields")
cell <- function(study, field, not_reported, not_settled) {
  row <- values[values$study == study & values$field == field, , drop = FALSE]
  if (nrow(row) == 0) return(not_settled)
  if (row$not_reported[1] == "yes") return(not_reported)
  row$value[1]
}
for (study in studies) {
  group <- ""
  for (field in fields$field[fields$groups_table1 == "yes"]) {
    group <- cell(study, field, "Not reported", "Not settled yet")
  }
  put("table1", paste0(study, ":group"), group)
  for (field in fields$field[fields$in_table1 == "yes"]) {
    put("table1", paste0(study, ":field:", field), cell(study, field, "NR", ""))
  }
}

# Compare ----------------------------------------------------------------------

theirs <- read("figures")
expected <- as.list(theirs$value)
names(expected) <- paste(theirs$set, theirs$name, sep = "\t")
same <- function(mine, their) {
  if (is.null(mine) || is.null(their)) return(FALSE)
  if (is.numeric(mine)) {
    return(their != "" && abs(mine - as.numeric(their)) < 1e-6)
  }
  identical(enc2utf8(mine), enc2utf8(their))
}
wrong <- 0
for (name in union(names(figures), names(expected))) {
  if (!same(figures[[name]], expected[[name]])) {
    wrong <- wrong + 1
    cat(
      gsub("\t", ", ", name), ": from the tables ", format(figures[[name]]),
      ", in figures.csv ", format(expected[[name]]), "\n", sep = ""
    )
  }
}
if (wrong > 0) quit(status = 1)
cat("All", length(expected), "figures follow from the tables.\n")
