-- Of each reporter so many are kept: nobody pushes out what others have reported.
CREATE INDEX report_by_reporter ON report (reporter, entry);
